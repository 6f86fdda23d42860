#include "retrieval/scan.h"

#include <omp.h>
#include <stdatomic.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"

struct worker {
  void *scratch;
  struct limen_best *best; /* scan.queries */
  struct limen_hit *hits;  /* scan.queries x k */
};

struct job {
  const struct limen_retriever *retriever;
  const struct limen_scan *scan;
  struct limen_hits *out;
  size_t chunks, workers;
  struct worker worker[LIMEN_WORKERS_MAX];
  atomic_bool interrupted;
};

static void look(void *context, size_t chunk, size_t number) {
  struct job *job = context;
  const struct limen_retriever *retriever = job->retriever;
  struct worker *worker = &job->worker[number];
  const size_t first = chunk * job->scan->queries, left = retriever->queries - first;
  const size_t count = left < job->scan->queries ? left : job->scan->queries;
  if (limen_interrupted()) atomic_store(&job->interrupted, true);
  if (atomic_load(&job->interrupted)) return;
  job->scan->look(retriever, first, count, worker->scratch, worker->best);
  for (size_t i = 0; i < count; i++)
    limen_best_take(&worker->best[i], retriever->order, job->out, first + i);
}

static void look_at_all(void *context) {
  struct job *job = context;
  limen_chunks_run(job->chunks, job->workers, look, job);
}

void limen_scan_in_team(void (*work)(void *context), void *context) {
  if (omp_in_parallel()) {
    work(context);
  } else {
#pragma omp parallel
#pragma omp single
    work(context);
  }
}

static int alloc_worker(struct worker *worker, const struct limen_scan *scan, size_t k,
                        struct limen_error *error) {
  worker->scratch = limen_alloc(scan->scratch_bytes, 1, error);
  worker->best = limen_alloc(scan->queries, sizeof *worker->best, error);
  worker->hits = limen_alloc(scan->queries * k, sizeof *worker->hits, error);
  if (!worker->scratch || !worker->best || !worker->hits) return LIMEN_FAILED;
  for (size_t i = 0; i < scan->queries; i++)
    worker->best[i] = (struct limen_best){.hit = worker->hits + i * k, .k = k};
  return LIMEN_OK;
}

int limen_scan_run(const struct limen_retriever *retriever, const struct limen_scan *scan, size_t k,
                   struct limen_hits *out, struct limen_error *error) {
  struct job job = {.retriever = retriever, .scan = scan, .out = out};
  job.chunks = (retriever->queries + scan->queries - 1) / scan->queries;
  job.workers = (size_t)limen_threads();
  if (job.workers > LIMEN_WORKERS_MAX) job.workers = LIMEN_WORKERS_MAX;
  if (job.workers > job.chunks) job.workers = job.chunks;
  int status = limen_hits_init(out, retriever->queries, k, error);
  for (size_t w = 0; w < job.workers && status == LIMEN_OK; w++)
    status = alloc_worker(&job.worker[w], scan, k, error);
  if (status == LIMEN_OK) limen_scan_in_team(look_at_all, &job);
  if (status == LIMEN_OK && atomic_load(&job.interrupted))
    status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a search");
  for (size_t w = 0; w < job.workers; w++) {
    limen_free(job.worker[w].scratch);
    limen_free(job.worker[w].best);
    limen_free(job.worker[w].hits);
  }
  if (status != LIMEN_OK) limen_hits_clear(out);
  return status;
}
