"""What apps did on the network, for those who must know: an audit log, and a policy learned from use."""

from ._learn import Learner
from ._log import AuditLog
from ._observer import Auditor

__all__ = ["AuditLog", "Auditor", "Learner"]
