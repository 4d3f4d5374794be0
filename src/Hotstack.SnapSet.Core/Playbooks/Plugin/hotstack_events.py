"""Tells Hotstack.SnapSet what a playbook does: a line of JSON for each event, behind a mark that the environment gives."""
import json
import os
import sys

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: hotstack_events
type: aggregate
short_description: events of a playbook for Hotstack.SnapSet
description: Writes a line of JSON to the standard output for each event. It is on where HOTSTACK_EVENTS_MARK is set.
requirements: []
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "hotstack_events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self._mark = os.environ.get("HOTSTACK_EVENTS_MARK", "")
        self._tells_results = os.environ.get("HOTSTACK_EVENTS_RESULTS") == "1"

    def _tell(self, event, **facts):
        if self._mark:
            facts["event"] = event
            sys.stdout.write("%s%s\n" % (self._mark, json.dumps(facts, default=str)))
            sys.stdout.flush()

    def _tell_result(self, event, outcome, **facts):
        task = getattr(outcome, "task", None) or outcome._task
        host = getattr(outcome, "host", None) or outcome._host
        delegate = str(task.delegate_to or "")
        where = delegate if delegate and "{{" not in delegate else host.get_name()
        self._tell(event, task=task.get_name(), host=where, **facts)

    @staticmethod
    def _message(result):
        """What went wrong, in the words of the module. Of a task with no_log, Ansible gives only 'censored'."""
        values = getattr(result, "result", None) or result._result
        if values.get("censored"):
            return str(values["censored"])
        found = [str(values[key]).strip() for key in ("msg", "stderr", "module_stderr", "exception") if values.get(key)]
        # An error in an expression quotes itself at each level; the innermost one says what it is.
        message = (found or [str(values.get("stdout") or "")])[0].rsplit("original message: ", 1)[-1]
        # Where in a file it may be is in the log.
        message = message.split("\n\nThe error appears to be in ", 1)[0].strip()
        if len(found) > 1 and message == "non-zero return code":
            message = "%s: %s" % (message, found[1])
        elif len(found) > 1 and message.startswith("MODULE FAILURE"):
            message = "MODULE FAILURE: %s" % found[1].splitlines()[-1]
        # A text that is cut within a secret would show the rest of it.
        return message if len(message) <= 16000 else message[-16000:].split(None, 1)[-1]

    def v2_playbook_on_play_start(self, play):
        self._tell("play", play=play.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._tell("task", task=task.get_name())

    def v2_playbook_on_handler_task_start(self, task):
        self._tell("task", task=task.get_name())

    def v2_runner_retry(self, result):
        values = getattr(result, "result", None) or result._result
        self._tell_result("retry", result, attempt=values.get("attempts"), of=values.get("retries"))

    def v2_runner_on_ok(self, result):
        values = getattr(result, "result", None) or result._result
        facts = {"changed": bool(values.get("changed"))}
        if self._tells_results:
            facts["result"] = values.get("msg")
        self._tell_result("ok", result, **facts)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if not ignore_errors:
            self._tell_result("failed", result, message=self._message(result))

    def v2_runner_item_on_failed(self, result):
        self._tell_result("item", result, message=self._message(result))

    def v2_runner_on_unreachable(self, result):
        self._tell_result("unreachable", result, message=self._message(result))
