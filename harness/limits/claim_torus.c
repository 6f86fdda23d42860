/* The claim that a harmonic frame serves every pair, however its numbers are rounded to nearest
 * (torus_rounding.h). */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "limits/certificate_pairs.h"
#include "limits/claim.h"

extern const struct limen_claim_type limen_claim_torus;

/* What a claim states of its leads may differ by so much of them from what is found: sines come
 * from the machine's library. */
static const double alike = 1e-6;

/* ---- frames as JSON ---- */

json_t *limen_torus_write_json(const struct limen_torus *frame) {
  json_t *frequencies = json_array(), *weights = json_array();
  for (uint32_t j = 0; j < frame->count; j++) {
    json_array_append_new(frequencies, json_integer(frame->frequency[j]));
    json_array_append_new(weights, json_integer(frame->weight[j]));
  }
  /* An append that failed leaves fewer numbers, which `json_pack` cannot see. */
  const bool whole =
      json_array_size(frequencies) == frame->count && json_array_size(weights) == frame->count;
  json_t *root = json_pack("{s:o, s:o}", "frequencies", frequencies, "weights", weights);
  if (whole) return root;
  json_decref(root);
  return NULL;
}

static int read_numbers(const char *home, const json_t *from, uint32_t *out, size_t *count,
                        struct limen_error *error) {
  if (!json_is_array(from) || json_array_size(from) > LIMEN_TORUS_MOST)
    return limen_claim_unknown(home, error);
  *count = json_array_size(from);
  for (size_t j = 0; j < *count; j++) {
    const json_t *number = json_array_get(from, j);
    const json_int_t value = json_integer_value(number);
    if (!json_is_integer(number) || value < 0 || value > UINT32_MAX)
      return limen_claim_unknown(home, error);
    out[j] = (uint32_t)value;
  }
  return LIMEN_OK;
}

int limen_torus_read_json(const char *home, const json_t *from, size_t n, struct limen_torus *out,
                          struct limen_error *error) {
  size_t frequencies = 0, weights = 0;
  *out = (struct limen_torus){0};
  int status =
      read_numbers(home, json_object_get(from, "frequencies"), out->frequency, &frequencies, error);
  if (status == LIMEN_OK)
    status = read_numbers(home, json_object_get(from, "weights"), out->weight, &weights, error);
  if (status != LIMEN_OK) return status;
  if (frequencies != weights || n > LIMEN_TORUS_N_MOST) return limen_claim_unknown(home, error);
  out->n = (uint32_t)n;
  out->count = (uint32_t)frequencies;
  status = limen_torus_check(out, error);
  if (status == LIMEN_OK) return status;
  limen_error_prefix(error, "%s/claim.json", home);
  return status;
}

/* ---- writing ---- */

int limen_certificate_write_torus(const char *folder, const char *name, const char *about,
                                  const struct limen_torus *frame,
                                  const struct limen_quantiser *quantiser, const double *classes,
                                  struct limen_error *error) {
  struct limen_sines sines = {0};
  struct limen_torus_proof proof;
  char *home = limen_claim_home(folder, name, error);
  int status = home ? limen_torus_check(frame, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_sines_init(&sines, frame->n, error);
  if (status == LIMEN_OK)
    status = limen_torus_prove(frame, &sines, quantiser, classes, &proof, error);
  if (status == LIMEN_OK && !proof.proved)
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s: class %u cannot be proved in %s: its lead less what rounding costs is "
                        "%.3g",
                        name, proof.worst, quantiser->name, proof.left);
  if (status == LIMEN_OK) status = limen_folder_make(home, error);
  if (status == LIMEN_OK)
    status = limen_claim_write_array(home, "classes.npy", LIMEN_NPY_F8, frame->n / 2, frame->count,
                                     classes, error);
  if (status == LIMEN_OK)
    status = limen_claim_write_json(
        home,
        json_pack("{s:i, s:s, s:s, s:s, s:I, s:i, s:I, s:s, s:o, s:f, s:f}", "schema", 1, "claim",
                  limen_claim_torus.words, "score", "inner product", "about", about, "documents",
                  (json_int_t)frame->n, "k", 2, "d", (json_int_t)limen_torus_dimensions(frame),
                  "arithmetic", quantiser->name, "frame", limen_torus_write_json(frame), "gap",
                  proof.gap, "left", proof.left),
        error);
  limen_sines_clear(&sines);
  limen_free(home);
  return status;
}

/* ---- proving ---- */

struct stated {
  struct limen_torus frame;
  const struct limen_quantiser *quantiser;
  double gap, left;
};

static int read_claim(const char *home, const json_t *root, struct stated *stated,
                      struct limen_claim *out, struct limen_error *error) {
  json_int_t n = 0, k = 0, d = 0;
  const char *score = "", *arithmetic = "";
  json_t *frame = NULL;
  int status =
      limen_json_unpack(root, NULL, error, "{s:s, s:I, s:I, s:I, s:s, s:o, s:F, s:F}", "score",
                        &score, "documents", &n, "k", &k, "d", &d, "arithmetic", &arithmetic,
                        "frame", &frame, "gap", &stated->gap, "left", &stated->left);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || strcmp(score, "inner product") != 0 || n < 3 ||
      n > LIMEN_TORUS_N_MOST || k != 2 || d < 1 ||
      !(stated->quantiser = limen_quantiser_find(arithmetic)))
    return limen_claim_unknown(home, error);
  status = limen_torus_read_json(home, frame, (size_t)n, &stated->frame, error);
  if (status == LIMEN_OK && limen_torus_dimensions(&stated->frame) != (size_t)d)
    status = LIMEN_FAIL(error, LIMEN_NO, "%s/claim.json: the frame has %zu dimensions, not %lld",
                        home, limen_torus_dimensions(&stated->frame), (long long)d);
  *out = (struct limen_claim){.documents = (size_t)n,
                              .queries = (size_t)n * ((size_t)n - 1) / 2,
                              .k = 2,
                              .d = (size_t)d,
                              .every_subset = true};
  return status;
}

static int prove(const char *home, const json_t *root, struct limen_claim *out,
                 struct limen_text *say, struct limen_error *error) {
  struct stated stated = {0};
  struct limen_sines sines = {0};
  struct limen_torus_proof proof = {0};
  void *classes = NULL;
  int status = read_claim(home, root, &stated, out, error);
  if (status == LIMEN_OK)
    status = limen_claim_read_array(home, "classes.npy", LIMEN_NPY_F8, stated.frame.n / 2,
                                    stated.frame.count, &classes, error);
  if (status == LIMEN_OK) status = limen_sines_init(&sines, stated.frame.n, error);
  if (status == LIMEN_OK)
    status = limen_torus_prove(&stated.frame, &sines, stated.quantiser, classes, &proof, error);
  if (status == LIMEN_INPUT) limen_error_prefix(error, "%s", home);
  if (status == LIMEN_OK && !proof.proved)
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s: the claim is false or cannot be proved: the lead of class %u less "
                        "what rounding to %s costs is %.3g",
                        home, proof.worst, stated.quantiser->name, proof.left);
  if (status == LIMEN_OK && (!(fabs(stated.gap - proof.gap) <= alike * proof.gap) ||
                             !(fabs(stated.left - proof.left) <= alike * proof.gap)))
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s/claim.json says that the smallest lead is %.9g, and %.9g after "
                        "rounding, but it is %.9g and %.9g",
                        home, stated.gap, stated.left, proof.gap, proof.left);
  out->worst_margin = proof.left;
  out->error_bound = proof.cost;
  if (status == LIMEN_OK)
    limen_text_print(say,
                     "n = %zu documents, all %zu pairs by %zu classes, d = %zu, %s: proved, "
                     "smallest lead %.3g, of which rounding leaves at least %.3g",
                     out->documents, out->queries, out->documents / 2, out->d,
                     stated.quantiser->name, proof.gap, proof.left);
  limen_sines_clear(&sines);
  limen_free(classes);
  return status;
}

const struct limen_claim_type limen_claim_torus = {
    .name = "frame",
    .words =
        "for every pair some query scores both strictly higher than every other document, all "
        "numbers rounded to nearest in the arithmetic",
    .prove = prove,
};
