/* Each worker has a range of chunks of its own, the same at every call, so that what it touched in
 * the last step is still in its cache; when done it takes over from the others. A task a worker and
 * not one a chunk: tasks pass through one lock of the whole team. */
#include "base/chunks.h"

#include <assert.h>
#include <stdatomic.h>

struct range {
  _Alignas(64) atomic_size_t next; /* on a cache line of its own */
  size_t end;
};

struct job {
  size_t workers;
  void (*work)(void *context, size_t chunk, size_t worker);
  void *context;
  struct range ranges[LIMEN_WORKERS_MAX];
};

static void help(struct job *job, size_t worker) {
  for (size_t i = 0; i < job->workers; i++) {
    struct range *range = &job->ranges[(worker + i) % job->workers];
    size_t chunk;
    while ((chunk = atomic_fetch_add(&range->next, 1)) < range->end)
      job->work(job->context, chunk, worker);
  }
}

void limen_chunks_run(size_t chunks, size_t workers,
                      void (*work)(void *context, size_t chunk, size_t worker), void *context) {
  assert(workers <= LIMEN_WORKERS_MAX);
  if (workers > chunks) workers = chunks;
  if (workers <= 1) {
    for (size_t chunk = 0; chunk < chunks; chunk++) work(context, chunk, 0);
    return;
  }
  struct job job = {.workers = workers, .work = work, .context = context};
  for (size_t w = 0; w < workers; w++) {
    atomic_init(&job.ranges[w].next, w * chunks / workers);
    job.ranges[w].end = (w + 1) * chunks / workers;
  }
#pragma omp taskgroup
  {
    for (size_t w = 1; w < workers; w++) {
#pragma omp task firstprivate(w) shared(job)
      help(&job, w);
    }
    help(&job, 0);
  }
}
