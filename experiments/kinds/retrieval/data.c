/* The collections and retrievers of the kinds retrieval and audit: made once, lent to every cell
 * that has the same. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/collection_read.h"
#include "data/relevance.h"
#include "datasets/text_datasets.h"
#include "experiments/kinds/retrieval/retrieval.h"
#include "retrieval/user_collection.h"
#include "run/shared.h"

/* ---- sets that are made ---- */

/* Both are of the dataset "limit": the judged documents alone, and with as many others as the
 * published set has. 0 documents: as few as the pattern needs. */
static const struct {
  const char *name;
  int64_t documents;
} sets[] = {{"small", 0}, {"full", 50000}};

const char *retrieval_set_name(size_t i) {
  return i < sizeof sets / sizeof *sets ? sets[i].name : NULL;
}

/* Documents that the set has when the axis says its own number. Patterns that are laid over a pool
 * need no more than that; for others the fewest that they fit into. 0: nothing says how many. */
static int64_t own_documents(const struct limen_cell *cell, size_t set) {
  if (sets[set].documents > 0) return sets[set].documents;
  const struct limen_pattern *pattern = limen_pattern_find(limen_cell_string(cell, "pattern"));
  const size_t k = (size_t)limen_cell_integer(cell, "relevant");
  const size_t queries = (size_t)limen_cell_integer(cell, "queries");
  const int64_t pool = limen_cell_integer(cell, "pool");
  if (queries == 0) return pool;
  size_t n = k;
  while (pattern->most(n, k) < queries) n++;
  return pool > (int64_t)n ? pool : (int64_t)n;
}

static int make_set(const struct limen_cell *cell, size_t set, struct limen_collection *out,
                    struct limen_error *error) {
  enum { SETS_MOST = 8 };
  static const char *const same[][2] = {{"queries", "queries"},
                                        {"k", "relevant"},
                                        {"pool", "pool"},
                                        {"near_misses", "near_misses"},
                                        {"synonyms", "synonyms"}};
  const struct limen_text_dataset *dataset = limen_text_dataset_find(limen_text_datasets, "limit");
  const int64_t documents = limen_cell_integer(cell, "documents") > 0
                                ? limen_cell_integer(cell, "documents")
                                : own_documents(cell, set);
  const uint64_t seed = (uint64_t)limen_cell_integer(cell, "first_seed") * 10000 +
                        (uint64_t)limen_cell_integer(cell, "instance");
  char *texts[SETS_MOST] = {0};
  size_t count = 0;
  if (documents == 0)
    return LIMEN_FAIL(
        error, LIMEN_USAGE,
        "queries=natural is as many as the pattern has for its documents, and nothing "
        "says how many those are: set pool or documents");
  texts[count++] = limen_print(error, "documents=%lld", (long long)documents);
  texts[count++] = limen_print(error, "pattern=%s", limen_cell_string(cell, "pattern"));
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    texts[count++] =
        limen_print(error, "%s=%lld", same[i][0], (long long)limen_cell_integer(cell, same[i][1]));
  int status = LIMEN_OK;
  for (size_t i = 0; i < count; i++)
    if (!texts[i]) status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_text_dataset_make(dataset, (const char *const *)texts, count, seed, out, error);
  for (size_t i = 0; i < count; i++) limen_free(texts[i]);
  return status;
}

/* ---- texts ---- */

/* The values of the named parameters, in words; with `drawn` the instance, too. */
static char *key_of(const struct limen_cell *cell, const char *const *names, bool drawn,
                    struct limen_error *error) {
  struct limen_text key = {0};
  for (size_t i = 0; names[i]; i++) {
    if (limen_parameter_find(cell->grid->parameters, names[i]) < 0) continue;
    struct limen_value value = limen_cell_value(cell, 0, names[i]);
    limen_value_print(&value, &key);
    limen_text_add(&key, "\n");
  }
  if (drawn) limen_text_print(&key, "%lld", (long long)limen_cell_integer(cell, "instance"));
  char *copy = limen_text_status(&key, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&key), error)
                   : NULL;
  limen_text_clear(&key);
  return copy;
}

/* ---- settings of representations ---- */

/* A kind that has no use for BM25 has no parameters of it. */
static struct limen_representation_settings settings_of(const struct limen_cell *cell) {
  struct limen_representation_settings settings = limen_representation_defaults;
  const char *const files[] = {"document_vectors", "document_ids", "query_vectors", "query_ids"};
  const char **const targets[] = {&settings.documents, &settings.document_ids, &settings.queries,
                                  &settings.query_ids};
  settings.d = (size_t)limen_cell_integer(cell, "d");
  settings.seed = (uint64_t)limen_cell_integer(cell, "first_seed") * 10000 +
                  (uint64_t)limen_cell_integer(cell, "instance");
  settings.stop_words = limen_cell_integer(cell, "stop_words") != 0;
  settings.stemmer = limen_cell_string(cell, "stemmer");
  if (limen_parameter_find(cell->grid->parameters, "k1") >= 0) {
    settings.k1 = limen_cell_real(cell, "k1");
    settings.b = limen_cell_real(cell, "b");
  }
  settings.tau = limen_cell_real(cell, "tau");
  settings.steps = (size_t)limen_cell_integer(cell, "steps");
  settings.unit = limen_cell_integer(cell, "unit") != 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const char *file = limen_cell_string(cell, files[i]);
    *targets[i] = *file ? file : NULL;
  }
  return settings;
}

/* ---- collections ---- */

static int take_collection(const struct limen_cell *cell, struct retrieval_texts *texts,
                           struct limen_error *error) {
  const char *set = limen_cell_string(cell, "set");
  size_t i = 0;
  while (retrieval_set_name(i) && strcmp(retrieval_set_name(i), set) != 0) i++;
  if (retrieval_set_name(i)) return make_set(cell, i, &texts->collection, error);
  if (limen_folder_exists(set))
    return limen_collection_read(set, LIMEN_COLLECTION_ALL, &texts->collection, error);
  const struct limen_representation_settings settings = settings_of(cell);
  return limen_user_collection(&settings, set, &texts->collection, error);
}

static int make_texts(const void *context, void *thing, struct limen_error *error) {
  int status = take_collection(context, thing, error);
  return status == LIMEN_OK ? retrieval_texts_hash(thing, error) : status;
}

static size_t bytes_of_passages(const struct limen_passages *passages) {
  size_t bytes = 0;
  for (size_t i = 0; i < passages->count; i += 64)
    bytes += 64 * (strlen(passages->passage[i].text) + 100);
  return bytes;
}

static size_t bytes_of_texts(const void *thing) {
  const struct retrieval_texts *texts = thing;
  return bytes_of_passages(&texts->collection.documents) +
         bytes_of_passages(&texts->collection.queries);
}

static void clear_texts(void *thing) {
  struct retrieval_texts *texts = thing;
  limen_collection_clear(&texts->collection);
}

static struct limen_shared all_texts = {.size = sizeof(struct retrieval_texts),
                                        .room = (size_t)1 << 28,
                                        .make = make_texts,
                                        .bytes = bytes_of_texts,
                                        .clear = clear_texts};

/* With files of vectors, which may be all that there is beside judgements. */
static const char *const of_texts[] = {
    "set",           "pattern",  "documents",  "queries",      "relevant",         "pool",
    "near_misses",   "synonyms", "first_seed", "document_ids", "document_vectors", "query_ids",
    "query_vectors", NULL};

int retrieval_texts_take(const struct limen_cell *cell, const struct retrieval_texts **out,
                         struct limen_error *error) {
  void *thing = NULL;
  char *key = key_of(cell, of_texts, true, error);
  int status = key ? limen_shared_take(&all_texts, key, cell, &thing, error) : LIMEN_FAILED;
  limen_free(key);
  *out = thing;
  return status;
}

void retrieval_texts_give(const struct retrieval_texts *texts) {
  limen_shared_give(&all_texts, texts);
}

/* ---- retrievers ---- */

/* A retriever looks into its texts as long as it lives. */
struct held {
  struct limen_retriever retriever; /* first: what is lent */
  const struct retrieval_texts *texts;
};

static int make_retriever(const void *context, void *thing, struct limen_error *error) {
  const struct limen_cell *cell = context;
  struct held *held = thing;
  const struct limen_representation_settings settings = settings_of(cell);
  int status = retrieval_texts_take(cell, &held->texts, error);
  if (status != LIMEN_OK) {
    held->texts = NULL;
    return status;
  }
  return limen_retriever_build(retrieval_representation(cell->grid, cell->point),
                               &held->texts->collection, &settings, &held->retriever, error);
}

static size_t bytes_of_retriever(const void *thing) {
  const struct limen_retriever *retriever = &((const struct held *)thing)->retriever;
  return retriever->document_vectors.rows * retriever->document_vectors.columns * sizeof(float) +
         retriever->documents * 1000;
}

static void clear_retriever(void *thing) {
  struct held *held = thing;
  limen_retriever_clear(&held->retriever);
  if (held->texts) retrieval_texts_give(held->texts);
  held->texts = NULL;
}

static struct limen_shared all_retrievers = {.size = sizeof(struct held),
                                             .room = (size_t)1 << 30,
                                             .make = make_retriever,
                                             .bytes = bytes_of_retriever,
                                             .clear = clear_retriever};

int retrieval_retriever_take(const struct limen_cell *cell, struct limen_retriever **out,
                             struct limen_error *error) {
  static const char *const more[] = {
      "representation", "d", "stop_words", "stemmer", "k1", "b", "tau", "steps", "unit", NULL};
  void *thing = NULL;
  char *texts = key_of(cell, of_texts, true, error), *own = key_of(cell, more, false, error);
  char *key = texts && own ? limen_print(error, "%s\n%s", texts, own) : NULL;
  int status = key ? limen_shared_take(&all_retrievers, key, cell, &thing, error) : LIMEN_FAILED;
  limen_free(texts);
  limen_free(own);
  limen_free(key);
  *out = thing;
  return status;
}

void retrieval_retriever_give(struct limen_retriever *retriever) {
  limen_shared_give(&all_retrievers, retriever);
}

void retrieval_release(void) {
  limen_shared_release(&all_retrievers);
  limen_shared_release(&all_texts);
}
