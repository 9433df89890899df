"""Windows has no guard: a job object ends the CLI and all that it starts when the server's handle of the job closes."""

from __future__ import annotations

import ctypes
import sys

if sys.platform == "win32":
    from ctypes import wintypes

    KILL_ON_JOB_CLOSE = 0x2000
    EXTENDED_LIMIT_INFORMATION = 9
    SET_QUOTA, TERMINATE = 0x0100, 0x0001

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", _BasicLimits),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    _kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
    _kernel.OpenProcess.restype = wintypes.HANDLE
    _kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    _kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)

    class Job:
        """A process and all that it starts from now on; they end when this is closed or this process ends."""

        def __init__(self, pid: int) -> None:
            """Raises OSError where the system refuses, and ends nothing then."""
            self._handle = _checked(_kernel.CreateJobObjectW(None, None))
            try:
                limits = _ExtendedLimits()
                limits.BasicLimitInformation.LimitFlags = KILL_ON_JOB_CLOSE
                size = ctypes.sizeof(limits)
                _checked(
                    _kernel.SetInformationJobObject(
                        self._handle, EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), size
                    )
                )
                process = _checked(_kernel.OpenProcess(SET_QUOTA | TERMINATE, False, pid))
                try:
                    _checked(_kernel.AssignProcessToJobObject(self._handle, process))
                finally:
                    _kernel.CloseHandle(process)
            except OSError:
                self.close()
                raise

        def close(self) -> None:
            """End them all. May be called again."""
            if self._handle:
                _kernel.CloseHandle(self._handle)
                self._handle = 0

    def assign(pid: int) -> Job:
        """Put `pid` into a job of its own. The caller keeps the job for as long as the process is to live.

        Raises:
            OSError: the system refuses.
        """
        return Job(pid)

    def _checked(result: int | None) -> int:
        if not result:
            raise ctypes.WinError(ctypes.get_last_error())
        return result
