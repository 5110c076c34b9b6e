"""Every setting, typed, read once from the environment and `.env` (prefix `OSUSUME_`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError

Language = Literal["en", "ja", "vi", "es"]


class Settings(BaseSettings):
    """What a host can set. The descriptions are the documentation: `.env.example` is compared with them."""

    model_config = SettingsConfigDict(
        env_prefix="OSUSUME_",
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("osusume", appauthor=False),
        description="Folder for everything the bot writes: database, imported catalogue, caches.",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address of the database; empty: osusume.db in the home folder."
    )
    language: Language = Field("en", description="Language of replies where a person's own is not known.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    workers: int = Field(
        2, ge=1, le=64, description="Threads for ranking, parsing and models, off the event loop."
    )

    discord_token: SecretStr | None = Field(None, description="Bot token from the Discord developer portal.")
    discord_api_base: str | None = Field(
        None, description="Address of the Discord REST API, for proxies and tests."
    )
    discord_gateway: str | None = Field(
        None, description="Address of the Discord gateway, for proxies and tests."
    )

    discord_message_content: bool = Field(
        False,
        description="Art channels on Discord: the bot has the Message Content intent (developer portal).",
    )

    telegram_token: SecretStr | None = Field(None, description="Bot token from @BotFather.")
    telegram_base_url: str = Field(
        "https://api.telegram.org/bot", description="Bot API address; change it for a self-hosted server."
    )
    telegram_base_file_url: str = Field(
        "https://api.telegram.org/file/bot", description="Address for files of the same Bot API server."
    )
    telegram_mode: Literal["polling", "webhook"] = Field("polling", description="How updates arrive.")
    telegram_webhook_url: str | None = Field(
        None, description="Public https address for webhook mode; required there."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="Secret that Telegram sends along with each webhook call; required in webhook mode."
    )
    telegram_webhook_listen: str = Field("127.0.0.1", description="Address the webhook server listens on.")
    telegram_webhook_port: int = Field(
        8443, ge=0, le=65535, description="Port the webhook server listens on."
    )

    web_host: str = Field("127.0.0.1", description="Address the web playground listens on; it has no log-in.")
    web_port: int = Field(8710, ge=0, le=65535, description="Port of the web playground; 0 takes a free one.")

    picture_mebibytes: int = Field(20, ge=1, le=200, description="Largest picture that is read, in MiB.")
    picture_megapixels: int = Field(
        40, ge=1, le=80, description="Largest picture that is read, in megapixels."
    )
    picture_side: int = Field(16_384, ge=256, le=65_000, description="Longest side of a picture, in pixels.")
    video_frames: int = Field(300, ge=1, le=10_000, description="Frames of an animation that are looked at.")
    video_seconds: int = Field(60, ge=1, le=600, description="Seconds of a video that are watched.")

    picture_workers: int = Field(2, ge=1, le=32, description="Pictures that are looked at side by side.")
    picture_queue: int = Field(300, ge=1, le=100_000, description="Pictures that may wait; more are refused.")
    picture_queue_per_person: int = Field(
        100, ge=1, le=10_000, description="Pictures of one person that may wait or be looked at."
    )
    picture_deadline: float = Field(
        120,
        gt=0,
        le=900,
        description="Seconds within which a picture must have its turn, else it is given up.",
    )
    picture_seconds: float = Field(
        300, gt=0, le=3600, description="Seconds a picture or video may be worked on before it is stopped."
    )
    picture_memory_minutes: float = Field(
        60,
        ge=0,
        le=10_080,
        description="Minutes for which findings are remembered by a picture's checksum; 0: not at all.",
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of the Prometheus endpoint on 127.0.0.1; 0: there is none."
    )

    models_preset: Literal["embedded", "balanced", "best"] = Field(
        "embedded",
        description="Models that see pictures, until `osusume models use` chooses: see `osusume models list`.",
    )
    models_endpoint: str = Field(
        "https://huggingface.co", description="Hub that models are pulled from, or a mirror of it."
    )
    models_token: SecretStr | None = Field(
        None, description="Token of the hub, for models that ask for consent."
    )
    models_offline: bool = Field(False, description="Pull nothing, whatever is asked for.")
    model_memory_mb: int = Field(1024, ge=64, le=1_000_000, description="Memory for loaded models, in MB.")
    model_idle_seconds: int = Field(
        600, ge=1, le=864_000, description="Seconds after which an unused model is unloaded."
    )
    model_threads: int = Field(2, ge=1, le=64, description="Threads of one run of a model.")
    lbpcascade: Path | None = Field(
        None,
        description="Path of lbpcascade_animeface.xml, to find faces with it instead of the chosen model.",
    )
    classifier: Path | None = Field(
        None,
        description="Checkpoint of a closed-set classifier (a state_dict), to name faces with it as well.",
    )
    classifier_labels: Path | None = Field(
        None, description="Label file of that classifier: one character a line, or JSON, in output order."
    )

    covers: bool = Field(
        True, description="Show covers from their sites; off: drawn tiles, nothing is fetched."
    )
    cooldown: float = Field(1.5, ge=0, le=60, description="Seconds between two commands of one person.")
    answer_days: int = Field(30, ge=1, le=365, description="Days for which the buttons of an answer work.")

    left_days: int = Field(
        30,
        ge=0,
        le=3650,
        description="Days after the bot was removed from a server until what it kept of it is erased; 0: at once.",
    )

    recommender: Literal["learned", "hybrid"] = Field(
        "learned", description="learned: from real users' ratings; hybrid: metadata and synopsis similarity."
    )
    novelty: float = Field(
        0.3, ge=0, le=1, description="0: familiar titles, 1: hidden gems; a person can set their own."
    )
    variety: float = Field(0.15, ge=0, le=1, description="How strongly picks must differ from each other.")
    alpha: float = Field(
        0.5, ge=0, le=1, description="hybrid: share of metadata similarity, the rest is synopsis."
    )
    hybrid_weights: Annotated[dict[str, float], NoDecode] = Field(
        default_factory=lambda: {
            "genres": 0.45, "studios": 0.05, "producers": 0.05, "type": 0.1, "source": 0.08, "age_rating": 0.02,
            "score": 0.1, "year": 0.07, "episodes": 0.05, "minutes": 0.03,
        },
        description="hybrid: weight of each fact, as name=weight pairs joined by commas.",
    )  # fmt: skip
    encoder: str = Field(
        "universal",
        description="universal: the bundled multilingual encoder; else a sentence-transformers model.",
    )

    @field_validator("hybrid_weights", mode="before")
    @classmethod
    def _read_weights(cls, value: object) -> object:
        """`genres=0.45,studios=0.1` to a mapping."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        if any(not equals for _, equals, _ in pairs):
            raise ValueError("write name=weight pairs joined by commas")
        return {name.strip(): float(number) for name, _, number in pairs}

    @property
    def sqlalchemy_url(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.home / 'osusume.db'}"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: `setting-malformed`, naming the first setting that is wrong and what is expected.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as problem:
        first = problem.errors()[0]
        name = "OSUSUME_" + str(first["loc"][0]).upper()
        raise SettingsError("setting-malformed", name=name, problem=first["msg"]) from problem
