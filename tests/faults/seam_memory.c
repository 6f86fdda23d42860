/* Allocations that find no memory. Covered are what our own objects call (through base/memory.h,
 * for jansson through base/json.h, in the HDF5 reader, in the C++ wrappers of the engines and the
 * templates compiled into them), and SQLite's. Not covered, since they call malloc from within
 * their own libraries: GSL, OpenBLAS, libyaml, zlib, OpenSSL, libhdf5, GMP (which ends the
 * program), libgomp, and gnuplot, a program of its own. */
#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>

#include "faults/fault.h"

/* `__real_X` is X itself, and what is called X arrives at `__wrap_X`. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real__Znwm(size_t size); /* operator new(size_t) */
void *__real__Znam(size_t size); /* operator new[](size_t) */

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap__Znwm(size_t size);
void *__wrap__Znam(size_t size);

static bool refused(void) { return fault_due(FAULT_MEMORY) && fault_reason() != 0; }

void *__wrap_malloc(size_t size) { return refused() ? NULL : __real_malloc(size); }

void *__wrap_calloc(size_t count, size_t size) {
  return refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size) {
  return refused() ? NULL : __real_realloc(block, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return refused() ? NULL : __real_aligned_alloc(alignment, size);
}

/* std::__throw_bad_alloc; this file is compiled with -fexceptions, so that it passes through. */
_Noreturn void throw_bad_alloc(void) __asm__("_ZSt17__throw_bad_allocv");

void *__wrap__Znwm(size_t size) {
  if (refused()) throw_bad_alloc();
  return __real__Znwm(size);
}

void *__wrap__Znam(size_t size) {
  if (refused()) throw_bad_alloc();
  return __real__Znam(size);
}

/* ---- libraries with hooks ---- */

static sqlite3_mem_methods real;

static void *store_malloc(int size) { return refused() ? NULL : real.xMalloc(size); }

static void *store_realloc(void *block, int size) {
  return refused() ? NULL : real.xRealloc(block, size);
}

void fault_install_memory(void) {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  sqlite3_mem_methods ours = real;
  ours.xMalloc = store_malloc;
  ours.xRealloc = store_realloc;
  /* Lookaside memory would hide most small allocations. */
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK) abort();
}

#if defined(__SANITIZE_ADDRESS__)
/* A constructor of hnswlib that runs out of memory halfway keeps what it had: its own leak. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:hnswlib::\n"; }
#endif
