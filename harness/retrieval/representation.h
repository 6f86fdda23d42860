/* Representations: how texts become something that can be scored (registry: representations.def).
 *
 * A retriever is one representation of one collection, ready to search. Scores are float64 and the
 * order is that of hits.h, so that hits depend on nothing but the collection and the settings: not
 * on threads, nor on the order of work. */
#ifndef LIMEN_RETRIEVAL_REPRESENTATION_H
#define LIMEN_RETRIEVAL_REPRESENTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/collection.h"
#include "data/matrix.h"
#include "engines/engine.h"
#include "retrieval/hits.h"

struct limen_representation_settings {
  size_t d; /* dimensions; 0: the representation's own number */
  uint64_t seed;
  bool stop_words;     /* words: leave out those of stop_words.def */
  const char *stemmer; /* words: limen_stemmer_name */
  double k1, b;        /* bm25 */
  /* free: how it is trained (limits/free_embedding.h) */
  double tau, lr;
  size_t steps; /* at most */
  /* user: files of vectors, in any format, and of ids, one a line; a row is the passage of that id.
   * Without ids, rows are passages in the collection's order. */
  const char *documents, *document_ids, *queries, *query_ids;
  bool unit; /* vectors: scale to unit length, which makes inner products cosines; texts without
                tokens keep their zeros, while a row of zeros in files is refused */
};
/* d 0, seed 1, no stop words left out, stemmer none, k1 1.2, b 0.75, tau 0.1, lr 0.01, steps 5000,
 * no files, lengths as they are. */
extern const struct limen_representation_settings limen_representation_defaults;

enum { LIMEN_REPRESENTATION_D_MAX = 1 << 16 };

struct limen_retriever {
  const struct limen_representation *representation;
  const struct limen_collection *collection;     /* not owned, must outlive the retriever */
  struct limen_representation_settings settings; /* texts in them are lent for the build alone */
  size_t documents, queries;
  /* Documents by id, last in the alphabet first: order[i] is the i-th of them, place its inverse.
   */
  uint32_t *order, *place;
  /* Of dense representations: a row a passage; inner products are the scores. */
  struct limen_matrix document_vectors, query_vectors;
  void *state; /* the representation's own */
};

/* Which settings a representation looks at; a grid need not repeat itself over the others. */
enum {
  LIMEN_REPRESENTATION_READS_D = 1,
  LIMEN_REPRESENTATION_READS_SEED = 2,
  LIMEN_REPRESENTATION_READS_WORDS = 4, /* stop_words and stemmer */
  LIMEN_REPRESENTATION_READS_BM25 = 8,
  LIMEN_REPRESENTATION_READS_TRAINING = 16,
  LIMEN_REPRESENTATION_READS_FILES = 32
};

struct limen_representation {
  const char *name, *about;
  unsigned reads;
  bool dense;  /* has vectors for both sides */
  bool oracle; /* looks at the judgements: shows what is possible, retrieves nothing */
  size_t d;    /* dimensions when the settings say 0; 0: the collection or the files decide */
  /* Fills `state` and, of dense ones, both matrices; settings.d is set to what was taken. Whatever
   * is left behind by a failure is released by the caller. */
  int (*build)(struct limen_retriever *retriever, struct limen_error *error);
  /* All queries' best; k <= documents. NULL: by inner products of the vectors. */
  int (*search)(const struct limen_retriever *retriever, size_t k, struct limen_hits *out,
                struct limen_error *error);
  void (*close)(void *state); /* NULL: no state */
};

const struct limen_representation *limen_representation_find(const char *name);
const struct limen_representation *limen_representation_at(size_t i); /* NULL past the end */
const char *limen_representation_name(size_t i);

/* Builds. LIMEN_USAGE for settings out of range; LIMEN_INPUT for a collection without documents or
 * queries, an id that stands twice, or what the representation misses, in words. A failed build
 * leaves nothing behind. A retriever with an index over it must not move. */
int limen_retriever_build(const struct limen_representation *representation,
                          const struct limen_collection *collection,
                          const struct limen_representation_settings *settings,
                          struct limen_retriever *out, struct limen_error *error);

/* Every query's k best documents, exactly; all of them when there are fewer. Sparse representations
 * and maxsim find only documents that share something with the query. LIMEN_USAGE for k = 0. */
int limen_retriever_search(const struct limen_retriever *retriever, size_t k,
                           struct limen_hits *out, struct limen_error *error);

/* What an index over document_vectors finds of them, with LIMEN_IP and ef as in
 * limen_index_search; scored and ordered here, as an index only answers with ids. LIMEN_USAGE for
 * a representation without vectors, for an index over something else or under another metric, and
 * for k = 0. */
int limen_retriever_search_index(const struct limen_retriever *retriever, struct limen_index *index,
                                 size_t k, size_t ef, struct limen_hits *out,
                                 struct limen_error *error);

void limen_retriever_clear(struct limen_retriever *retriever);

#endif
