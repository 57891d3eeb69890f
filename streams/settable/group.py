"""What is common to all groups of settings?"""

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Group(BaseSettings):
    """Settings of one subject; made in code they read no environment."""

    model_config = SettingsConfigDict(
        frozen=True,
        validate_default=False,
        extra="forbid",
        # Of a lock's signs, which are no model of pydantic's.
        arbitrary_types_allowed=True,
        # What was given may be a secret.
        hide_input_in_errors=True,
        # What checks them is made when the first are read, and of all groups together: a group by
        # itself is asked for nothing.
        defer_build=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic gives them by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is given and nothing else; an environment is read by its own source."""
        return (init_settings,)
