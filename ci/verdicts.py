# SPDX-License-Identifier: BSD-3-Clause
"""What a check has found nothing wrong with need not be looked at again while nothing of it changes.

Such a verdict is an empty file in the cache (HERMIT_CACHE, default ~/.cache/hermit), named by a
digest of all that it depends on: what was looked at, with which settings, by which version of which
tool. Only that nothing was found is kept. What nobody has asked for in KEPT days goes.
"""

import contextlib
import hashlib
import os
import pathlib
import time

KEPT = 60


class Verdicts:
    def __init__(self, check):
        cache = os.environ.get("HERMIT_CACHE") or pathlib.Path.home() / ".cache/hermit"
        self.folder = pathlib.Path(cache) / "verdicts" / check

    def known(self, digest):
        """Whether what the digest stands for was found clean."""
        try:
            os.utime(self.folder / digest)
        except OSError:
            return False
        return True

    def keep(self, digest):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / digest).touch()
        oldest = time.time() - KEPT * 24 * 3600
        for path in self.folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another run was faster
                if path.stat().st_mtime < oldest:
                    path.unlink()


def digest_of(*parts):
    """A name for these texts and bytes, in this order."""
    whole = hashlib.sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else str(part).encode()
        whole.update(b"%d:" % len(part))
        whole.update(part)
    return whole.hexdigest()
