"""The consumer six times more, each time with a bug of a kind that stays unseen for years."""

from consumer import Consumer, records

BATCH = 100
LONGEST = 100


class SkipsFilesOutOfOrder(Consumer):
    """Remembers by the times in names how far it has come, and takes what is older for read."""

    latest = ""

    def take_file(self, bucket, key):
        time = key.split("_")[-2]
        if time >= self.latest:
            self.latest = time
            super().take_file(bucket, key)


class DiesOfAnEmptyObject(Consumer):
    """Has never met one."""

    def unpack(self, key, body):
        return records(body)


class DropsItsLastBatch(Consumer):
    """Writes so many records at a time, and forgets those that are left when it ends."""

    batch = ()

    def write(self, record):
        self.batch = (*self.batch, record)
        if len(self.batch) == BATCH:
            for each in self.batch:
                super().write(each)
            self.batch = ()


class KnowsEventsByTheirRequest(Consumer):
    """Takes the requestID for the name of an event. Some records have none."""

    def identity(self, record):
        return record.get("requestID")


class IgnoresTheSecondOfAPair(Consumer):
    """Thinks that a call leaves one record, the caller's; what a service then does for it leaves another one."""

    def take(self, record):
        if "invokedBy" not in record["userIdentity"]:
            super().take(record)


class CutsLongFields(Consumer):
    """Writes into columns of a fixed width."""

    def write(self, record):
        super().write(cut(record))


def cut(value):
    if isinstance(value, dict):
        return {name: cut(member) for name, member in value.items()}
    if isinstance(value, list):
        return [cut(item) for item in value]
    return value[:LONGEST] if isinstance(value, str) else value
