"""Why a page is not shown. None of it repeats what was sent."""

from gateway.desk.roles import Permission


class Refused(Exception):
    """`status`: of HTTP (400, 403, 404, 413, 422); `why`: a key of locale/errors.yaml beside the status;
    `permission`: the one that lacked; `member`: the name of what was wrong, one of ours.
    """

    def __init__(self, status: int, *, why: str = "", permission: Permission | None = None, member: str = "") -> None:
        super().__init__(f"{status} {why}".strip())
        self.status, self.why, self.permission, self.member = status, why, permission, member
