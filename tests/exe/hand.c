/* A keyboard for programs under Wine: +CODE presses a virtual key, -CODE lets it go; =HEX puts text (UTF-16) on the
 * clipboard. SendInput goes to the window in front, whatever layout and focus the X server has. Characters are not
 * sent as such (KEYEVENTF_UNICODE): Tk takes some of them twice. Without a word it sits there until it is ended,
 * with @PATH it holds a file meanwhile. !NUMBER PROGRAM makes Windows' Credential Manager refuse it with that number. */
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <tlhelp32.h>

static void press(int code, DWORD flags) {
  INPUT input = {0};
  input.type = INPUT_KEYBOARD;
  input.ki.wVk = (WORD)code;
  input.ki.dwFlags = flags;
  SendInput(1, &input, sizeof input);
}

static int keep(const wchar_t *digits) {
  size_t units = wcslen(digits) / 4;
  HGLOBAL block = GlobalAlloc(GMEM_MOVEABLE | GMEM_ZEROINIT, (units + 1) * sizeof(wchar_t));
  wchar_t *text = GlobalLock(block);
  for (size_t at = 0; at < units; at++) {
    wchar_t unit[5] = {0};
    memcpy(unit, digits + 4 * at, 4 * sizeof(wchar_t));
    text[at] = (wchar_t)wcstol(unit, NULL, 16);
  }
  GlobalUnlock(block);
  if (!OpenClipboard(NULL)) return 0;
  EmptyClipboard();
  int kept = SetClipboardData(CF_UNICODETEXT, block) != NULL;
  CloseClipboard();
  return kept;
}

/* Somebody who sits there: Wine closes a desktop that no program has used for a second. */
static void stay(void) {
  MSG message;
  CreateWindowW(L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
  while (GetMessageW(&message, NULL, 0, 0) > 0) DispatchMessageW(&message);
}

/* What is written over the beginning of a function: mov dword gs:[0x68], NUMBER (the thread's last error); xor eax, eax;
 * ret. A system DLL lies at the same place in every process. */
static int spoil(HANDLE process, const char *name, DWORD number) {
  unsigned char code[] = {0x65, 0xC7, 0x04, 0x25, 0x68, 0, 0, 0, 0, 0, 0, 0, 0x31, 0xC0, 0xC3};
  void *at = (void *)GetProcAddress(LoadLibraryW(L"advapi32.dll"), name);
  DWORD before;
  memcpy(code + 8, &number, sizeof number);
  return VirtualProtectEx(process, at, sizeof code, PAGE_EXECUTE_READWRITE, &before) &&
         WriteProcessMemory(process, at, code, sizeof code, NULL);
}

/* How many processes of the program it refuses from now on. */
static int refuse(DWORD number, const wchar_t *program) {
  PROCESSENTRY32W entry = {.dwSize = sizeof entry};
  HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  int spoiled = 0;
  for (BOOL more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry)) {
    if (_wcsicmp(entry.szExeFile, program)) continue;
    HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, entry.th32ProcessID);
    spoiled += spoil(process, "CredReadW", number) && spoil(process, "CredWriteW", number);
    CloseHandle(process);
  }
  return spoiled;
}

int wmain(int count, wchar_t **words) {
  if (count == 1) stay();
  if (words[1][0] == L'@') { /* a backup program: nobody else may open the file meanwhile */
    if (CreateFileW(words[1] + 1, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE) return 2;
    stay();
  }
  if (words[1][0] == L'!') return refuse(wcstoul(words[1] + 1, NULL, 10), words[2]);
  for (int at = 1; at < count; at++) {
    int code = (int)wcstol(words[at] + 1, NULL, 16);
    if (words[at][0] != L'=') press(code, words[at][0] == L'-' ? KEYEVENTF_KEYUP : 0);
    else if (!keep(words[at] + 1)) return 1;
  }
  return 0;
}
