/* Sums of random token vectors (Wang et al., arXiv 2601.20844): each token an N(0, I_d) vector,
 * each text the sum of its tokens, scored by inner product. Nothing is learnt; what is found shows
 * how much d dimensions hold of a text by themselves.
 *
 * Their table of LIMIT-small comes out with phrases as they stand, and with words only when stop
 * words are left out (recall@2 at d = 1024: 0.784 in print, 0.776 so, 0.642 with "who" and "and";
 * means of five seeds).
 *
 * A text's tokens are summed in float64, in the order in which they come up first: with a token's
 * vector its own (token_vectors.h), a text has the same vector in every collection. */
#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "retrieval/scan.h"
#include "retrieval/token_vectors.h"

enum { TEXTS = 64 /* in a chunk */ };

struct job {
  const struct limen_bags *bags;
  const struct limen_matrix *vectors;
  struct limen_matrix *out;
  double *sums; /* d for each worker */
  size_t workers;
};

static void add_up(void *context, size_t chunk, size_t worker) {
  struct job *job = context;
  const struct limen_bags *bags = job->bags;
  const size_t d = job->out->columns;
  const size_t end = (chunk + 1) * TEXTS < bags->texts ? (chunk + 1) * TEXTS : bags->texts;
  double *sum = job->sums + worker * d;
  for (size_t i = chunk * TEXTS; i < end; i++) {
    float *row = job->out->values + i * d;
    for (size_t j = 0; j < d; j++) sum[j] = 0;
    for (size_t e = bags->start[i]; e < bags->start[i + 1]; e++) {
      const float *vector = job->vectors->values + bags->token[e] * d;
      const double count = bags->count[e];
      for (size_t j = 0; j < d; j++) sum[j] += count * vector[j];
    }
    for (size_t j = 0; j < d; j++) row[j] = (float)sum[j];
  }
}

static void add_all_up(void *context) {
  struct job *job = context;
  limen_chunks_run((job->bags->texts + TEXTS - 1) / TEXTS, job->workers, add_up, job);
}

static int sum(const struct limen_bags *bags, const struct limen_matrix *vectors,
               struct limen_matrix *out, struct limen_error *error) {
  struct job job = {.bags = bags, .vectors = vectors, .out = out};
  job.workers = (size_t)limen_threads();
  if (job.workers > LIMEN_WORKERS_MAX) job.workers = LIMEN_WORKERS_MAX;
  int status = limen_matrix_init(out, bags->texts, vectors->columns, error);
  if (status != LIMEN_OK) return status;
  if (!(job.sums = limen_alloc(job.workers * vectors->columns, sizeof *job.sums, error)))
    return LIMEN_FAILED;
  limen_scan_in_team(add_all_up, &job);
  limen_free(job.sums);
  return LIMEN_OK;
}

static int build(struct limen_retriever *retriever, bool phrases, struct limen_error *error) {
  const struct limen_representation_settings *settings = &retriever->settings;
  const struct limen_token_rule rule = {phrases, settings->stop_words, settings->stemmer};
  struct limen_tokens tokens;
  struct limen_matrix vectors = {0};
  int status = limen_tokens_make(retriever->collection, &rule, &tokens, error);
  if (status == LIMEN_OK)
    status = limen_token_vectors(&tokens, settings->seed, settings->d, false, &vectors, error);
  if (status == LIMEN_OK)
    status = sum(&tokens.documents, &vectors, &retriever->document_vectors, error);
  if (status == LIMEN_OK) status = sum(&tokens.queries, &vectors, &retriever->query_vectors, error);
  limen_matrix_clear(&vectors);
  limen_tokens_clear(&tokens);
  return status;
}

static int build_words(struct limen_retriever *retriever, struct limen_error *error) {
  return build(retriever, false, error);
}

static int build_phrases(struct limen_retriever *retriever, struct limen_error *error) {
  return build(retriever, true, error);
}

const struct limen_representation limen_representation_random_word = {
    .name = "random_word",
    .about = "texts are sums of their words' random vectors; nothing is learnt",
    .reads = LIMEN_REPRESENTATION_READS_D | LIMEN_REPRESENTATION_READS_SEED |
             LIMEN_REPRESENTATION_READS_WORDS,
    .dense = true,
    .d = 1024,
    .build = build_words,
};

const struct limen_representation limen_representation_random_phrase = {
    .name = "random_phrase",
    .about = "the same with whole things liked as tokens, where a text says who likes what",
    .reads = LIMEN_REPRESENTATION_READS_D | LIMEN_REPRESENTATION_READS_SEED |
             LIMEN_REPRESENTATION_READS_WORDS,
    .dense = true,
    .d = 1024,
    .build = build_phrases,
};
