/* A certificate: claim.json and its arrays, proved from these files alone. The input is the files
 * one after the other, each behind its length in two bytes; an empty one is a file that is not
 * there. The sums over them have a target of their own. */
#include <gmp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "limits/certificate.h"
#include "limits/certificate_pairs.h"
#include "limits/layout.h"
#include "limits/torus_search.h"

extern const struct fuzz_target fuzz_target_claim;

static const char *const files[] = {"claim.json",   "documents.npy", "queries.npy", "margins.npy",
                                    "relevant.npy", "classes.npy",   "pairs.npy"};
enum { FILES = sizeof files / sizeof *files, LENGTH = 2, MOST = 1 << 14 };

static void unpack(const char *folder, const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < FILES && size > LENGTH; i++) {
    size_t length = bytes[0] | (size_t)bytes[1] << 8;
    bytes += LENGTH;
    size -= LENGTH;
    if (length > size) length = size;
    if (length > 0) fuzz_file_in(folder, files[i], bytes, length);
    bytes += length;
    size -= length;
  }
}

static void run(const uint8_t *bytes, size_t size) {
  const char *folder = fuzz_folder();
  const struct limen_claim_type *type = NULL;
  struct limen_claim claim = {0};
  struct limen_text words = {0};
  struct limen_error error = {0};
  json_t *root = NULL;
  unpack(folder, bytes, size);
  int status = limen_claim_read_json(folder, &root, &type, &error);
  /* How long the proof of a construction takes follows from the claim; its parameters have a target
   * of their own. */
  if (status == LIMEN_OK && strcmp(type->name, "constructed") == 0) {
    json_decref(root);
    return;
  }
  if (status == LIMEN_OK) status = type->prove(folder, root, &claim, &words, &error);
  if (status == LIMEN_INPUT) status = error.status = LIMEN_NO; /* both say that it is not proved */
  fuzz_judge(status, LIMEN_NO, &error);
  fuzz_expect(status != LIMEN_OK || (claim.documents > claim.k && claim.k > 0 && words.length > 0),
              "a claim about %zu of %zu documents is proved", claim.k, claim.documents);
  json_decref(root);
  limen_text_clear(&words);
}

/* ---- seeds ---- */

static void seed_folder(struct fuzz_seeds *to, const char *folder, const char *name) {
  uint8_t all[MOST];
  size_t used = 0;
  for (size_t i = 0; i < FILES; i++) {
    char path[128];
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s/%s", folder, name, files[i]);
    uint8_t *bytes = limen_file_exists(path) ? fuzz_file_read(path, &size) : NULL;
    fuzz_expect(used + LENGTH + size <= MOST && size <= UINT16_MAX, "%s is too long", path);
    all[used++] = (uint8_t)(size & 255);
    all[used++] = (uint8_t)(size >> 8);
    if (size > 0) memcpy(all + used, bytes, size);
    used += size;
    limen_free(bytes);
  }
  fuzz_seed(to, name, all, used);
}

static void seed_served(struct fuzz_seeds *to, const char *name, const char *pattern) {
  /* Documents on an arc; a query in the middle of two neighbours has them on top. */
  const float documents[] = {1, 0, 0.8f, 0.6f, 0, 1};
  const float queries[] = {0.9f, 0.3f, 0.4f, 0.8f};
  uint32_t pairs[] = {0, 1, 1, 2}, all[] = {0, 1, 2};
  const float signs[] = {1, 0, 0.8f, 0.6f, 0.2f, 1};
  const bool every = strcmp(pattern, "all") == 0;
  const struct limen_relevance relevance = {3, every ? 3 : 2, every ? 1 : 2, every ? all : pairs};
  const char *folder = fuzz_folder();
  struct limen_proof proof;
  struct limen_error error = {0};
  int status = limen_certificate_write(folder, name, "a seed", &relevance, 2, documents,
                                       every ? signs : queries, &proof, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  seed_folder(to, folder, name);
}

/* The middle document of three on a line lies between the others: the pair of those is no query's
 * top. Bent a little, it is so by a small gap. */
static void seed_impossible(struct fuzz_seeds *to, const char *name, float bend) {
  const float documents[] = {0.25f, 0.5f, 0.5f, bend, 1.25f, -0.5f};
  const float line[] = {0.25f, 0.5f, 0.5f, 0.25f, 1.25f, -0.5f};
  const float *rows = bend == 0 ? line : documents;
  const uint32_t set[] = {0, 2};
  const struct limen_pair pairs[] = {{0, 1, 0.75}, {2, 1, 0.25}};
  const struct limen_excerpt all = {.n = 3, .rows = 3, .d = 2, .values = rows};
  struct limen_combination combination;
  struct limen_error error = {0};
  const char *folder = fuzz_folder();
  int status = limen_impossible_prove(2, rows, pairs, 2, &combination, &error);
  if (status == LIMEN_OK)
    status = limen_certificate_write_impossible(folder, name, "a seed", &all, set, 2, &combination,
                                                &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  limen_combination_clear(&combination);
  seed_folder(to, folder, name);
}

/* Six documents on the trigonometric curve, proved by classes or, `stored`, pair by pair. */
static void seed_pairs(struct fuzz_seeds *to, const char *name, bool stored) {
  enum { N = 6, D = 4, K = 2 };
  const struct limen_quantiser *quantiser = limen_quantiser_find("float32");
  const char *folder = fuzz_folder();
  struct limen_torus frame;
  struct limen_torus_solver solver;
  struct limen_error error = {0};
  double classes[N / 2 * K], documents[N * D];
  int status = limen_layout_find("trigonometric")->frame(N, D, &frame, &error);
  if (status == LIMEN_OK) status = limen_torus_solver_init(&solver, N, K, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  limen_torus_gap(&solver, &frame, &limen_torus_settings, NULL, classes);
  limen_torus_documents(&frame, &solver.sines, documents);
  limen_torus_solver_clear(&solver);
  for (size_t v = 0; v < N; v++) quantiser->round(D, documents + v * D, documents + v * D);
  const struct limen_pair_queries queries = {.frame = &frame, .classes = classes};
  if (stored)
    status = limen_certificate_write_stored(folder, name, "a seed", N, D, documents, quantiser,
                                            &queries, &error);
  else
    status =
        limen_certificate_write_torus(folder, name, "a seed", &frame, quantiser, classes, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  seed_folder(to, folder, name);
}

static void seed(struct fuzz_seeds *to) {
  seed_pairs(to, "frame", false);
  seed_pairs(to, "stored", true);
  seed_served(to, "served", "pairs");
  seed_served(to, "served-all", "all");
  seed_impossible(to, "impossible", 0);
  seed_impossible(to, "gap", 0.2500001f);
}

const struct fuzz_target fuzz_target_claim = {
    .name = "claim",
    .about = "certificates: claim.json with its arrays",
    .longest = 4096,
    .run = run,
    .seed = seed,
};
