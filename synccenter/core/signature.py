"""Who has signed a file (Authenticode), as Windows judges it. Elsewhere nothing is signed.

WinVerifyTrust checks the file's hash and the whole chain; the name is read out of that verified chain, so that a
certificate which merely lies in the file cannot pass for the one that signed it.
"""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    from ctypes import c_void_p, c_wchar_p, wintypes

    class _FileInfo(ctypes.Structure):
        """WINTRUST_FILE_INFO."""

        _fields_ = [
            ("size", wintypes.DWORD),
            ("path", c_wchar_p),
            ("file", wintypes.HANDLE),
            ("subject", c_void_p),
        ]

    class _Data(ctypes.Structure):
        """WINTRUST_DATA."""

        _fields_ = [
            ("size", wintypes.DWORD),
            ("policy", c_void_p),
            ("client", c_void_p),
            ("window_choice", wintypes.DWORD),
            ("revocation", wintypes.DWORD),
            ("union_choice", wintypes.DWORD),
            ("file", ctypes.POINTER(_FileInfo)),
            ("action", wintypes.DWORD),
            ("state", wintypes.HANDLE),
            ("url", c_wchar_p),
            ("flags", wintypes.DWORD),
            ("context", wintypes.DWORD),
            ("settings", c_void_p),
        ]

    class _Certificate(ctypes.Structure):
        """The beginning of CRYPT_PROVIDER_CERT."""

        _fields_ = [("size", wintypes.DWORD), ("certificate", c_void_p)]

    _VERIFY, _CLOSE = 1, 2
    _NO_WINDOW, _BY_FILE, _NO_REVOCATION, _FROM_CACHE = 2, 1, 0, 0x1000
    _DISPLAY_NAME = 4

    def signer(path: Path) -> str | None:
        """The name in the certificate of a valid and trusted signature; None when there is none."""
        trust = ctypes.WinDLL("wintrust")
        trust.WinVerifyTrust.argtypes = [c_void_p, c_void_p, c_void_p]
        trust.WinVerifyTrust.restype = ctypes.c_long
        about = _FileInfo(size=ctypes.sizeof(_FileInfo), path=str(path))
        data = _Data(
            size=ctypes.sizeof(_Data),
            window_choice=_NO_WINDOW,
            revocation=_NO_REVOCATION,  # a till may be offline; the certificate's time is checked all the same
            union_choice=_BY_FILE,
            file=ctypes.pointer(about),
            action=_VERIFY,
            flags=_FROM_CACHE,
        )
        generic_verify = (ctypes.c_ubyte * 16).from_buffer_copy(
            bytes.fromhex("6b c5 aa 00 44 cd d0 11 8c c2 00 c0 4f c2 95 ee")  # WINTRUST_ACTION_GENERIC_VERIFY_V2
        )
        try:
            answer = trust.WinVerifyTrust(None, ctypes.byref(generic_verify), ctypes.byref(data))
            return _name(trust, data.state) if answer == 0 else None
        finally:
            data.action = _CLOSE
            trust.WinVerifyTrust(None, ctypes.byref(generic_verify), ctypes.byref(data))

    def _name(trust: ctypes.WinDLL, state: int) -> str | None:
        """The first certificate of the first signer's chain: the one that signed."""
        for function in (
            trust.WTHelperProvDataFromStateData,
            trust.WTHelperGetProvSignerFromChain,
            trust.WTHelperGetProvCertFromChain,
        ):
            function.restype = c_void_p
        provider = trust.WTHelperProvDataFromStateData(c_void_p(state))
        found = trust.WTHelperGetProvSignerFromChain(c_void_p(provider), 0, False, 0)
        entry = trust.WTHelperGetProvCertFromChain(c_void_p(found), 0) if found else None
        if not entry:
            return None
        certificate = c_void_p(ctypes.cast(entry, ctypes.POINTER(_Certificate)).contents.certificate)
        name = ctypes.create_unicode_buffer(256)
        ctypes.WinDLL("crypt32").CertGetNameStringW(certificate, _DISPLAY_NAME, 0, None, name, len(name))
        return name.value or None

else:

    def signer(path: Path) -> str | None:  # noqa: ARG001 - nothing is signed here
        """None: only Windows has such signatures."""
        return None
