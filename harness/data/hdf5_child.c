/* The child process that libhdf5 is confined to. */
#include "data/child.h"
#include "data/hdf5.h"

/* Metadata of a good file needs kilobytes; its largest chunk at most this. */
static const size_t memory_most = (size_t)2 << 30;
/* Finding a dataset takes milliseconds of computing, but a network disk may make it wait. */
static const double busy_s = 3, patience_s = 60;

int limen_hdf5_run(int (*work)(void *context, void *reply, struct limen_error *error),
                   void *context, void *reply, size_t reply_size, struct limen_error *error) {
  const struct limen_child child = {.work = work,
                                    .context = context,
                                    .reply_size = reply_size,
                                    .memory_most = memory_most,
                                    .busy_s = busy_s,
                                    .patience_s = patience_s,
                                    .who = "the HDF5 library",
                                    .blame = "the file is damaged",
                                    .crash_status = LIMEN_INPUT};
  return limen_child_run(&child, reply, error);
}
