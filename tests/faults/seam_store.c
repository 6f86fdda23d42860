/* A file system for SQLite that hands everything on to the usual one, and fails when it is due. */
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "faults/fault.h"

struct shim_file {
  sqlite3_file head;
  sqlite3_file usual[]; /* its own bytes follow: sqlite3_vfs.szOsFile of them */
};

static sqlite3_vfs *usual, shim;

static sqlite3_file *of(sqlite3_file *file) { return ((struct shim_file *)file)->usual; }

/* A full disk has one name, whatever was being done; a broken one a name for each. */
static int failure(int broken) { return fault_reason() == ENOSPC ? SQLITE_FULL : broken; }

/* ---- what may fail ---- */

static int shim_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at) {
  bool due = fault_due(FAULT_DISK);
  int code = of(file)->pMethods->xWrite(of(file), bytes, due ? count / 2 : count, at);
  return due ? failure(SQLITE_IOERR_WRITE) : code;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size) {
  if (fault_due(FAULT_DISK)) return failure(SQLITE_IOERR_TRUNCATE);
  return of(file)->pMethods->xTruncate(of(file), size);
}

static int shim_sync(sqlite3_file *file, int flags) {
  if (fault_due(FAULT_DISK)) return failure(SQLITE_IOERR_FSYNC);
  return of(file)->pMethods->xSync(of(file), flags);
}

static int shim_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
  if (extend && fault_due(FAULT_DISK)) return failure(SQLITE_IOERR_SHMSIZE);
  return of(file)->pMethods->xShmMap(of(file), page, size, extend, memory);
}

/* ---- what is handed on ---- */

static int shim_close(sqlite3_file *file) { return of(file)->pMethods->xClose(of(file)); }

static int shim_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at) {
  return of(file)->pMethods->xRead(of(file), bytes, count, at);
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size) {
  return of(file)->pMethods->xFileSize(of(file), size);
}

static int shim_lock(sqlite3_file *file, int level) {
  return of(file)->pMethods->xLock(of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level) {
  return of(file)->pMethods->xUnlock(of(file), level);
}

static int shim_reserved(sqlite3_file *file, int *held) {
  return of(file)->pMethods->xCheckReservedLock(of(file), held);
}

static int shim_control(sqlite3_file *file, int operation, void *argument) {
  return of(file)->pMethods->xFileControl(of(file), operation, argument);
}

static int shim_sector(sqlite3_file *file) { return of(file)->pMethods->xSectorSize(of(file)); }

static int shim_device(sqlite3_file *file) {
  return of(file)->pMethods->xDeviceCharacteristics(of(file));
}

static int shim_map_lock(sqlite3_file *file, int offset, int count, int flags) {
  return of(file)->pMethods->xShmLock(of(file), offset, count, flags);
}

static void shim_barrier(sqlite3_file *file) { of(file)->pMethods->xShmBarrier(of(file)); }

static int shim_unmap(sqlite3_file *file, int remove) {
  return of(file)->pMethods->xShmUnmap(of(file), remove);
}

static const sqlite3_io_methods methods = {.iVersion = 2, /* no memory-mapped reads */
                                           .xClose = shim_close,
                                           .xRead = shim_read,
                                           .xWrite = shim_write,
                                           .xTruncate = shim_truncate,
                                           .xSync = shim_sync,
                                           .xFileSize = shim_size,
                                           .xLock = shim_lock,
                                           .xUnlock = shim_unlock,
                                           .xCheckReservedLock = shim_reserved,
                                           .xFileControl = shim_control,
                                           .xSectorSize = shim_sector,
                                           .xDeviceCharacteristics = shim_device,
                                           .xShmMap = shim_map,
                                           .xShmLock = shim_map_lock,
                                           .xShmBarrier = shim_barrier,
                                           .xShmUnmap = shim_unmap};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *found_flags) {
  (void)vfs;
  file->pMethods = NULL;
  if (flags & SQLITE_OPEN_CREATE && fault_due(FAULT_DISK)) return failure(SQLITE_CANTOPEN);
  int code = usual->xOpen(usual, name, of(file), flags, found_flags);
  if (of(file)->pMethods) file->pMethods = &methods;
  return code;
}

void fault_install_store(void) {
  usual = sqlite3_vfs_find(NULL);
  shim = *usual;
  shim.zName = "fault";
  shim.szOsFile = (int)sizeof(struct shim_file) + usual->szOsFile;
  shim.xOpen = shim_open;
  if (sqlite3_vfs_register(&shim, 1) != SQLITE_OK) abort();
}
