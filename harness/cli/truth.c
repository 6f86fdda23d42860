/* limen truth: exact nearest neighbours, from files to a file. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/defects.h"
#include "cli/options.h"
#include "data/format.h"
#include "store/truth.h"

struct request {
  const char *base, *queries, *out, *k, *metric, *ties, *dimension;
  struct limen_knn_settings settings;
  struct limen_read_options read;
};

static int missing(const char *option, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_USAGE, "limen truth: %s is missing; see `limen truth --help`",
                    option);
}

/* Room for ties: as many again as were asked for, and some for small k. */
static size_t room_for_ties(size_t k) {
  enum { LEAST = 100 };
  return k < LEAST ? LEAST : k;
}

static int understand(struct request *request, struct limen_error *error) {
  long k = 0, dimension = 0;
  if (!request->base) return missing("--base", error);
  if (!request->queries) return missing("--queries", error);
  if (!request->k) return missing("-k", error);
  if (!request->metric) return missing("--metric", error);
  if (!request->out) return missing("--out", error);
  int metric = limen_metric_find(request->metric);
  if (metric < 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "--metric %.40s: l2, ip or cosine is needed",
                      request->metric);
  int status = limen_option_integer("-k", request->k, 1, 1000000, &k, error);
  if (status == LIMEN_OK && request->dimension)
    status = limen_option_integer("--dimension", request->dimension, 1, 1 << 24, &dimension, error);
  if (status != LIMEN_OK) return status;
  request->settings =
      (struct limen_knn_settings){.k = (size_t)k, .metric = (enum limen_metric)metric};
  request->read.dimension = (size_t)dimension;
  if (request->ties) {
    char *end;
    double tolerance = strtod(request->ties, &end);
    if (*end != '\0' || !(tolerance >= 0 && tolerance <= 1))
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "--ties %.40s: a relative distance from 0 to 1 is needed, such as 1e-6",
                        request->ties);
    request->settings.tie_tolerance = tolerance;
    request->settings.extra = room_for_ties((size_t)k);
  }
  return LIMEN_OK;
}

/* Opens vectors and names them for the cache: by their file's content, and by which of its datasets
 * is meant where a file holds several. */
static int open_vectors(const char *path, const char *dataset, const struct request *request,
                        struct limen_vectors *out, char **name, struct limen_error *error) {
  struct limen_read_options options = request->read;
  char hash[LIMEN_HASH_SIZE];
  options.dataset = dataset;
  int status = limen_vectors_open(path, &options, out, error);
  if (status == LIMEN_OK) status = limen_defects_warn(path, out, error);
  if (status == LIMEN_OK) status = limen_hash_file(path, hash, error);
  if (status == LIMEN_OK && !(*name = limen_print(error, "%s %s", hash, dataset)))
    status = LIMEN_FAILED;
  return status;
}

/* As many columns as some query needs. */
static int to_ids(const struct limen_knn *knn, struct limen_ids *out, struct limen_error *error) {
  size_t columns = knn->k;
  for (size_t q = 0; q < knn->queries; q++)
    columns = knn->found[q] > columns ? knn->found[q] : columns;
  *out = (struct limen_ids){.rows = knn->queries, .columns = columns};
  out->ids = limen_alloc(knn->queries * columns, sizeof *out->ids, error);
  out->distances = limen_alloc(knn->queries * columns, sizeof *out->distances, error);
  if (!out->ids || !out->distances) return LIMEN_FAILED;
  for (size_t q = 0; q < knn->queries; q++)
    for (size_t i = 0; i < columns; i++) {
      out->ids[q * columns + i] = (int32_t)knn->ids[q * knn->width + i];
      out->distances[q * columns + i] = (float)knn->distances[q * knn->width + i];
    }
  return LIMEN_OK;
}

static void report(const struct request *request, const struct limen_knn *knn, size_t base_rows,
                   bool cached, double seconds) {
  char words[32];
  size_t longer = 0, cut = 0;
  for (size_t q = 0; q < knn->queries; q++) {
    longer += knn->found[q] > knn->k;
    cut += knn->ties_cut[q];
  }
  fprintf(stderr, "%zu nearest of %zu for %zu queries, %s%s\n", knn->k, base_rows, knn->queries,
          cached ? "from the cache" : "in ", cached ? "" : limen_clock_words(seconds, words));
  if (knn->k < request->settings.k)
    fprintf(stderr, "the base has only %zu rows: k is %zu\n", base_rows, knn->k);
  if (longer > 0) fprintf(stderr, "%zu queries have ties beyond k, which are kept\n", longer);
  if (cut > 0)
    fprintf(stderr, "%zu queries have more ties at k than are kept%s\n", cut,
            request->ties ? "" : "; --ties 0 keeps them");
}

static int answer(const struct request *request, struct limen_error *error) {
  struct limen_vectors base = {0}, queries = {0};
  struct limen_knn knn = {0};
  struct limen_ids ids = {0};
  char *base_name = NULL, *queries_name = NULL;
  bool cached = false;
  int status = open_vectors(request->base, "train", request, &base, &base_name, error);
  if (status == LIMEN_OK)
    status = open_vectors(request->queries, "test", request, &queries, &queries_name, error);
  if (status == LIMEN_OK && base.rows > INT32_MAX)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s has %zu rows; files of ids hold at most %d",
                        request->base, base.rows, INT32_MAX);
  double start = limen_clock_s();
  if (status == LIMEN_OK &&
      (status = limen_truth_search(&base, base_name, &queries, queries_name, &request->settings,
                                   &knn, &cached, error)) == LIMEN_INPUT)
    limen_error_prefix(error, "%s, %s", request->base, request->queries);
  double seconds = limen_clock_s() - start;
  if (status == LIMEN_OK) status = to_ids(&knn, &ids, error);
  if (status == LIMEN_OK) status = limen_ids_write(request->out, &ids, error);
  if (status == LIMEN_OK) report(request, &knn, base.rows, cached, seconds);
  limen_ids_clear(&ids);
  limen_knn_clear(&knn);
  limen_vectors_close(&base);
  limen_vectors_close(&queries);
  limen_free(base_name);
  limen_free(queries_name);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct request request = {0};
  struct limen_texts words = {0};
  const struct limen_option table[] = {{"--base", LIMEN_OPTION_TEXT, &request.base},
                                       {"--queries", LIMEN_OPTION_TEXT, &request.queries},
                                       {"-k", LIMEN_OPTION_TEXT, &request.k},
                                       {"--metric", LIMEN_OPTION_TEXT, &request.metric},
                                       {"--out", LIMEN_OPTION_TEXT, &request.out},
                                       {"--ties", LIMEN_OPTION_TEXT, &request.ties},
                                       {"--dimension", LIMEN_OPTION_TEXT, &request.dimension},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &words, error);
  if (status == LIMEN_OK) status = understand(&request, error);
  if (status == LIMEN_OK) status = answer(&request, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_truth = {
    .name = "truth",
    .about = "find exact nearest neighbours, from files to a file",
    .help =
        "usage: limen truth --base F --queries F -k N --metric l2|ip|cosine --out F\n"
        "                   [--ties T] [--dimension D]\n"
        "\n"
        "Writes the N nearest base rows of every query, ordered by (distance, row). Products in\n"
        "float32 nominate, within a rigorous bound on their error; float64 decides. Any vector\n"
        "format is read, any id format written, by the ending of its name. Distances: l2 is\n"
        "squared, ip is 1 - product, cosine is 1 - cosine. A file that holds several datasets\n"
        "gives its train as base and its test as queries.\n"
        "\n"
        "  --ties T       keep rows at most T, relatively, beyond the N-th distance too (0: exact\n"
        "                 ties only), so that the answer is not cut inside a tie\n"
        "  --dimension D  of headerless float32 files\n"
        "\n"
        "The answer is kept in the cache, by the content of both files.\n"
        "\n"
        "Example:\n"
        "  limen truth --base base.fvecs --queries query.fvecs -k 100 --metric l2 --out "
        "truth.ivecs\n",
    .run = run,
};
