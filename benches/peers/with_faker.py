"""The same log files with values from Faker: DIRECTORY EVENTS RECORDS."""

import platform

import faker
from stdlib import Plain, main


class Faked(Plain):
    """Where values come from: Faker, as its documentation has one use it."""

    versions = f"Faker {faker.VERSION}, Python {platform.python_version()}"

    def __init__(self):
        self.fake = faker.Faker()
        faker.Faker.seed(7)
        super().__init__()

    def uuid(self):
        return self.fake.uuid4()

    def user(self):
        return self.fake.user_name()

    def address(self):
        return self.fake.ipv4_public()

    def agent(self):
        return self.fake.user_agent()

    def letters(self, length):
        return self.fake.bothify("?" * length, letters="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


if __name__ == "__main__":
    main(Faked())
