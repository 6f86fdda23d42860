/* Work in a child process, for libraries that do not survive what strangers feed them: whatever
 * happens to the child, the caller gets a status. */
#ifndef LIMEN_DATA_CHILD_H
#define LIMEN_DATA_CHILD_H

#include <stddef.h>

#include "base/error.h"

struct limen_child {
  /* Runs in the child, which has a copy of all memory; only `reply` (zeroed at first), the status
   * and the error come back. It must neither print nor start threads. */
  int (*work)(void *context, void *reply, struct limen_error *error);
  void *context;
  size_t reply_size;  /* bytes */
  size_t memory_most; /* bytes beyond what is in use already; 0: no limit */
  /* The child is ended when it computes for busy_s seconds, or waits for patience_s seconds,
   * without a call of limen_child_alive. A loop shows in the first, a disk that hangs in the
   * second. */
  double busy_s, patience_s;
  const char *who;   /* for messages: "the HDF5 library" */
  const char *blame; /* the end of a message about a crash: "the file is damaged" */
  int crash_status;  /* what a crash means for the caller */
};

/* Returns what `work` returned, with its error and reply. `crash_status` when the child crashed,
 * was ended for its silence, or ended itself; LIMEN_FAILED when no child could be started;
 * LIMEN_INTERRUPTED when the program is being stopped. Safe in several threads at once. */
int limen_child_run(const struct limen_child *child, void *reply, struct limen_error *error);

/* Called by the work now and then: it goes on, and until the next call it will compute for at most
 * `busy_s` seconds. */
void limen_child_alive(double busy_s);

#endif
