"""Which Kafka, how does one come in there, and what are we called on it?"""

from streams.cluster import Cluster
from streams.login.security import Mechanism, Protocol, Security
from streams.settable.group import Group
from streams.settable.kinds import Beginning, Brokers, Extensions, Name, Secret, Web


class KafkaSettings(Group):
    """Kafka."""

    brokers: Brokers = "127.0.0.1:19092"
    """host:port, several separated by commas. Default: the local broker of demo and tests."""

    group: Name = "isthmus-sync"
    """Consumer group of the sync workers. Workers of one installation share it."""

    topic_prefix: Beginning = ""
    """Stands before the name of each topic and group on Kafka: `team-a.` makes the journal
    `team-a.isthmus-journal`. Default: nothing. All processes of an installation share it, and two
    installations on one Kafka need two."""

    kafka_security_protocol: Protocol = "PLAINTEXT"
    """How Kafka is spoken to: SSL by TLS, SASL_SSL by TLS and with a login, SASL_PLAINTEXT with a
    login that others on the network can read. Default: neither, for a Kafka on the loopback."""

    kafka_sasl_mechanism: Mechanism = ""
    """How a login is made: by user and password (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512), or by a
    token (OAUTHBEARER)."""

    kafka_username: str = ""
    """User of a login by password; a managed Kafka may call it an API key."""

    kafka_password: Secret = ""
    """Password of that user; a managed Kafka may call it an API secret."""

    kafka_ca_file: str = ""
    """PEM file of the authorities that vouch for the brokers. Default: those of this machine, which
    know a managed Kafka's."""

    kafka_certificate_file: str = ""
    """PEM file of our own certificate, for a Kafka that knows its clients by it (mTLS)."""

    kafka_key_file: str = ""
    """PEM file of that certificate's key. Default: the certificate's file holds it too."""

    kafka_key_password: Secret = ""
    """Opens the key, when it is encrypted."""

    kafka_oauth_token_file: str = ""
    """File with the token for OAUTHBEARER, read at each login: whoever issues tokens renews it."""

    kafka_oauth_url: Web = ""
    """Token endpoint for OAUTHBEARER, asked for one by client_credentials, in place of a file."""

    kafka_oauth_client_id: str = ""
    """Client id at the token endpoint."""

    kafka_oauth_client_secret: Secret = ""
    """Client secret at the token endpoint."""

    kafka_oauth_scope: str = ""
    """Scope that is asked for there. Default: none is named."""

    kafka_oauth_extensions: Extensions = ()
    """Told beside a token, as `logicalCluster=lkc-1,identityPoolId=pool-1`. Default: nothing."""

    @property
    def cluster(self) -> Cluster:
        """Return where Kafka is, how to come in, and our place on it."""
        return Cluster(brokers=self.brokers, prefix=self.topic_prefix, security=self._security)

    @property
    def _security(self) -> Security:
        return Security(
            security_protocol=self.kafka_security_protocol,
            sasl_mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_username,
            password=self.kafka_password,
            ca_file=self.kafka_ca_file,
            certificate_file=self.kafka_certificate_file,
            key_file=self.kafka_key_file,
            key_password=self.kafka_key_password,
            oauth_token_file=self.kafka_oauth_token_file,
            oauth_url=self.kafka_oauth_url,
            oauth_client_id=self.kafka_oauth_client_id,
            oauth_client_secret=self.kafka_oauth_client_secret,
            oauth_scope=self.kafka_oauth_scope,
            oauth_extensions=self.kafka_oauth_extensions,
        )
