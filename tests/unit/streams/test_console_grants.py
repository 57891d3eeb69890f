"""Who may log in, as a setting says it."""

import pytest

from streams.console_grants import ConsoleGrant, console_grants
from streams.setting_faults import SettingsError
from streams.settings import read_settings

ONE, TWO = "a" * 16, "b" * 32


def test_a_person_is_named_with_a_role_and_a_token():
    assert console_grants(f"anna:viewer:{ONE}") == (ConsoleGrant("anna", "viewer", None, ONE),)


def test_several_are_separated_by_commas_and_may_be_for_one_tenant():
    found = console_grants(f"anna@example.com:admin:{ONE}, otto:operator:acme:{TWO}")

    assert found == (
        ConsoleGrant("anna@example.com", "admin", None, ONE),
        ConsoleGrant("otto", "operator", "acme", TWO),
    )


def test_one_person_may_be_this_here_and_that_there():
    found = console_grants(f"otto:operator:acme:{ONE},otto:viewer:zenith:{ONE}")

    assert [(each.tenant, each.role) for each in found] == [
        ("acme", "operator"),
        ("zenith", "viewer"),
    ]


@pytest.mark.parametrize(
    "given",
    ["", "anna", f"anna:{ONE}", f"anna:boss:{ONE}", f":viewer:{ONE}", "anna:viewer:short",
     f"anna:viewer:a/b:{ONE}", f"anna:viewer:a:b:{ONE}", f"an na:viewer:{ONE}",
     f"anna:viewer:{ONE},",
     f"{'n' * 65}:viewer:{ONE}"],
)  # fmt: skip
def test_anything_else_is_refused_and_never_repeated(given):
    with pytest.raises(ValueError, match="NAME:ROLE:TOKEN") as refused:
        console_grants(given)

    assert ONE not in str(refused.value)


def test_one_token_has_one_name():
    with pytest.raises(ValueError, match="one name for each token"):
        console_grants(f"anna:viewer:{ONE},otto:viewer:{ONE}")


def test_the_setting_may_come_from_a_file_and_is_never_shown():
    def read_file(path):
        assert path == "/run/secrets/console"
        return f"anna:viewer:{ONE}\n"

    settings = read_settings(
        {"ISTHMUS_CONSOLE_TOKEN_FILE": "/run/secrets/console"}, read_file=read_file
    )
    with pytest.raises(SettingsError) as refused:
        read_settings({"ISTHMUS_CONSOLE_TOKEN": "anna:secret-that-nobody-sees"})

    assert settings.console_token == (ConsoleGrant("anna", "viewer", None, ONE),)
    assert ONE not in repr(settings)
    assert "secret-that-nobody-sees" not in str(refused.value)
