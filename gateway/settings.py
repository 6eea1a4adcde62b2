"""Every setting: its type, default and unit, and whom it trusts. Read from the environment as `SLUIS_<NAME>`; nothing
else is configuration.
"""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.model.codes import Profile

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Whoever can set these can make the gateway decide by other policies or sign with other keys: they are the
    operator's alone.
    """

    model_config = SettingsConfigDict(env_prefix="SLUIS_", frozen=True, extra="ignore", hide_input_in_errors=True)

    profile: Profile = Field(
        Profile.PRODUCTIE, description="`simulatie` may use bases that are not in force, and says so everywhere."
    )
    development: bool = Field(
        False,
        description="Allows an http issuer on loopback and partner keys given by value. Never with real people.",
    )
    host: str = Field(
        "127.0.0.1", description="Address to listen on. The TLS proxy is trusted to be the only one that reaches it."
    )
    port: int = Field(8400, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "http://127.0.0.1:8400", description="Issuer, audience and base of every URL; never taken from a request."
    )
    state: Path = Field(
        Path(".sluis"),
        description="Folder of log, store, replay state and keys. Whoever can write it can make us sign a fork.",
    )
    database: str | None = Field(
        None,
        repr=False,
        description="`postgresql://` URL of the store, one for every gateway; without it SQLite in the state folder. "
        "Whoever can write there decides who may ask.",
    )
    bodykeys_database: str | None = Field(
        None,
        repr=False,
        description="`postgresql://` URL of the keys of erasure, needed with `database`; in production another one, "
        "for a backup that outlives an erasure undoes it.",
    )
    policies: Path = Field(
        ROOT / "policies" / "rules",
        description="What the engines load: a signed bundle, followed as it is replaced; in development a plain folder "
        "will do, and whoever can write in that decides who is exposed.",
    )
    policy_signers: Path = Field(
        ROOT / "keys" / "policy-signers.jwks.json",
        description="JWK set of those who may sign policies. Whoever can write it decides who is exposed.",
    )
    passphrase_file: Path | None = Field(
        None, description="File with the passphrase of the private keys; whoever reads it and the keys can sign as us."
    )
    engine: Literal["embedded", "opa", "both"] = Field(
        "embedded", description="Which engine decides; `both` asks the two and refuses where they differ."
    )
    engine_workers: int = Field(2, ge=1, le=64, description="Processes of the embedded engine.")
    decision_timeout: float = Field(
        0.5, gt=0, description="Seconds in which an engine must answer; then its worker is killed."
    )
    overlays: Path | None = Field(
        None,
        description="Folder of partners' own policies, each signed by its partner; they can only refuse. Whoever can "
        "write it can withdraw one.",
    )
    overlay_timeout: float = Field(
        0.25, gt=0, description="Seconds in which a partner's own policy must answer; then it refuses."
    )
    opa_socket: Path | None = Field(
        None, description="Unix socket of an OPA server that loaded the same policies; it is trusted to decide."
    )
    opa_token: str | None = Field(None, repr=False, description="Bearer token that this OPA server asks for.")
    holder_timeout: float = Field(3.0, gt=0, description="Seconds in which a holder must answer each of the two calls.")
    log_host: str = Field(
        "sluis.localhost", description="First part of a log's origin; it must never change while a log lives."
    )
    log_queue: int = Field(1024, ge=1, description="Records that may wait; beyond it callers hear 503.")
    witnesses: Path | Literal["none"] | None = Field(
        None,
        description="tlog-policy of the witnesses that must have seen a log before anything of it is released, each "
        "with its URL, or the word `none`; in production one of the two. Whoever can write it can hide a fork.",
    )
    witness_max_age: int = Field(
        3600,
        ge=2,
        description="Seconds that the freshest quorum of witnesses may be old; then releases stop until there is one. "
        "An hour lets a partner restart its witness, and bounds what can be released unseen by others.",
    )
    publish_interval: float = Field(
        1.0, gt=0, le=60, description="Seconds between two published checkpoints of a log that grows."
    )
    tsa_url: str | None = Field(
        None, description="URL of a time-stamping authority (RFC 3161), asked each day for a stamp on each log."
    )
    tsa_roots: Path | None = Field(
        None, description="PEM file of the certificates that its stamps must lead to, needed with `tsa_url`."
    )
    outbox_hours: int = Field(
        24, ge=1, le=24, description="Hours that sealed bytes are kept so that a lost answer can be asked for again."
    )
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port on 127.0.0.1 from which a Prometheus may fetch metrics; without it nothing is measured. "
        "Whoever reads them sees how much is asked, and when.",
    )
    keep_records: int = Field(
        5,
        ge=1,
        le=20,
        description="Years that the content of a record is kept for which no day was set; of a case of the ZVH never "
        "beyond the term of the law.",
    )
    keep_attempts: int = Field(
        1, ge=1, le=20, description="Years that the content of a dry run or of a fault is kept: nothing was decided."
    )
    min_free_disk: int = Field(
        64, ge=1, description="MiB that must be free on the state folder's disk; below it nothing is released."
    )
    body_limit: int = Field(64, ge=1, description="KiB that a request body may have.")
    request_timeout: float = Field(
        15.0, gt=0, description="Seconds in which a request must have been read and answered."
    )
    requests_per_minute: int = Field(6000, ge=1, description="Requests of one client a minute; beyond it 429.")
    jwks_hosts: frozenset[str] = Field(
        frozenset(), description="Hosts from which partners' key sets may be fetched; each is trusted for its own keys."
    )

    desk_port: int = Field(8403, ge=0, le=65535, description="Port on which the desk listens, at `host`.")
    desk_url: str | None = Field(
        None,
        description="URL of the desk as people type it: where they come back to from signing in, and the one place "
        "whose forms count.",
    )
    desk_issuer: str | None = Field(
        None,
        description="Issuer of OpenID Connect by which people sign in. It is trusted to say who somebody is and in "
        "what role: whoever rules it can see every record.",
    )
    desk_client_id: str | None = Field(None, description="Name under which that issuer knows the desk.")
    desk_client_secret_file: Path | None = Field(
        None, description="File with the desk's secret at that issuer; whoever reads it can ask tokens as the desk."
    )
    desk_roles_claim: str = Field(
        "sluis_roles",
        min_length=1,
        description="Claim of the id_token with somebody's roles here and nothing else: a list of `role:tenant`, such "
        "as `fg:zvh`.",
    )
    desk_theme: Path | None = Field(
        None, description="A style sheet that takes the place of the desk's own theme. It can hide what a page says."
    )
    desk_justification_days: int = Field(
        3,
        ge=1,
        le=90,
        description="Days within which the account of an emergency (vitaal_belang) must have come to the FG. The law "
        "names no term; three days give whoever acted a working day, also after a weekend.",
    )
    contact_zvh: str = Field(
        "", description="Where people turn to with a request for access at the ZVH (BGS 1.1); it stands in the letters."
    )
    contact_gemeente: str = Field("", description="The same at the municipality.")
    desk_freeze: bool = Field(
        False,
        description="Whether a red verdict of the desk stops the releases of that tenant, at every gateway with this "
        "state folder, until `gateway log thaw`. Whoever can change a stored byte can then stop them.",
    )
    desk_contact: str = Field("", description="Whom to mail about the desk's accessibility; shown to everybody.")

    @model_validator(mode="after")
    def refuse_what_development_alone_may_do(self) -> Self:
        self._require_address("public_url", self.public_url)
        if self.desk_url is not None:
            self._require_address("desk_url", self.desk_url)
        if self.profile is Profile.SIMULATIE and not self.log_host.startswith("simulatie"):
            raise ValueError("a simulation has a log host of its own, that begins with 'simulatie'")
        if self.engine != "embedded" and self.opa_socket is None:
            raise ValueError(f"engine {self.engine} needs opa_socket")
        return self

    @model_validator(mode="after")
    def take_no_providers_of_a_sandbox(self) -> Self:
        if self.desk_issuer is None:
            return self
        url = urlsplit(self.desk_issuer)
        if not url.hostname or url.query or url.fragment or url.username is not None:
            raise ValueError("desk_issuer is a URL without a query")
        local = url.hostname in LOOPBACK
        if not self.development and (url.scheme != "https" or local):
            raise ValueError("desk_issuer must be https and not on loopback, save in development")
        if url.scheme != "https" and not (url.scheme == "http" and local):
            raise ValueError("desk_issuer must be https, save in development on loopback")
        return self

    @model_validator(mode="after")
    def say_who_vouches_for_the_log(self) -> Self:
        if self.witnesses is None and not self.development:
            raise ValueError("witnesses names a tlog-policy, or is the word 'none'")
        if (self.tsa_url is None) != (self.tsa_roots is None):
            raise ValueError("tsa_url and tsa_roots are given both, or neither")
        return self

    @model_validator(mode="after")
    def keep_the_keys_of_erasure_apart(self) -> Self:
        places = [_place(each) for each in (self.database, self.bodykeys_database) if each is not None]
        if len(places) == 1:
            raise ValueError("database and bodykeys_database are given both, or neither")
        if len(set(places)) == 1 and not self.development:
            raise ValueError("bodykeys_database is another database than database, with a backup of its own")
        return self

    def _require_address(self, name: str, address: str) -> None:
        url = urlsplit(address)
        if url.path or url.query or url.fragment or url.username is not None or not url.hostname:
            raise ValueError(f"{name} is a scheme and a host, without a path or a slash at its end")
        if url.scheme != "https" and not (self.development and url.scheme == "http" and url.hostname in LOOPBACK):
            raise ValueError(f"{name} must be https, save in development on loopback")


def _place(url: str) -> tuple[str, str, str]:
    """Which database a URL names, without who comes there and how."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError("a database is named by a postgresql:// URL")
    query = dict(parse_qsl(parts.query))
    return (
        query.get("host", parts.netloc.rpartition("@")[2]),
        query.get("service", ""),
        query.get("dbname", parts.path.lstrip("/")),
    )
