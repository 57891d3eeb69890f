"""What is wrong with an operator's settings, all of it at once?"""


class SettingsError(Exception):
    """Settings are missing or wrong; `problems` has one sentence for each, remedy included."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))
