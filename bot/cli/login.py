"""Whose account of the machine a command runs at: for the audit, and where two people must act."""

import os
from importlib import import_module

UNKNOWN = "unknown"  # two names given there are one person, until one of them signs


def login() -> str:
    """The account's name, as the machine has it: LOGNAME and USER are anybody's word.

    UNKNOWN where a machine does not keep accounts that way.
    """
    try:
        accounts = import_module("pwd")  # not on Windows
    except ImportError:
        return UNKNOWN
    try:
        return str(accounts.getpwuid(os.getuid()).pw_name)
    except KeyError:  # an account without a name, as in a container
        return f"uid-{os.getuid()}"
