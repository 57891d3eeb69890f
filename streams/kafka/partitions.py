"""In which partition is a key's record?"""

from functools import lru_cache

from aiokafka.partitioner import murmur2


@lru_cache(maxsize=10_000)  # reckoned in Python, and asked with each record of a lane
def partition_of(key: str, partitions: int) -> int:
    """Return the partition of a key, as every Kafka client with murmur2 computes it."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions
