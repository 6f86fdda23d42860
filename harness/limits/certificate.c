#include "limits/certificate.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "data/npy.h"

static const char sums_name[] = "SHA256SUMS";
static const char claim_words[] =
    "every relevant document scores strictly higher than every other document, for every query";
enum { CLAIM_MOST = 1 << 16, SUMS_MOST = 1 << 26 /* bytes */ };

/* ---- writing ---- */

static bool is_every_subset(const struct limen_relevance *relevance) {
  struct limen_relevance all = {0};
  if (limen_binomial(relevance->documents, relevance->k) != relevance->queries) return false;
  bool same =
      limen_pattern_find("all")->make(relevance->documents, relevance->k, 0, 0, &all, NULL) ==
          LIMEN_OK &&
      memcmp(all.relevant, relevance->relevant, all.queries * all.k * sizeof *all.relevant) == 0;
  limen_relevance_clear(&all);
  return same;
}

static int write_claim(const char *path, const char *about, const struct limen_relevance *relevance,
                       size_t d, bool every_subset, const struct limen_proof *proof,
                       struct limen_error *error) {
  json_t *claim = json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:f, s:f}", "schema", 1,
                            "claim", claim_words, "score", "inner product", "about", about,
                            "documents", (json_int_t)relevance->documents, "queries",
                            (json_int_t)relevance->queries, "k", (json_int_t)relevance->k, "d",
                            (json_int_t)d, "relevance", every_subset ? "all" : "relevant.npy",
                            "worst_margin", proof->worst_margin, "error_bound", proof->worst_bound);
  char *text = claim ? json_dumps(claim, JSON_INDENT(2)) : NULL;
  int status = text ? limen_file_write(path, text, strlen(text), error)
                    : LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while writing %s", path);
  free(text);
  json_decref(claim);
  return status;
}

static int write_array(const char *folder, const char *name, enum limen_npy_type type, size_t rows,
                       size_t columns, const void *values, struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  int status = path ? limen_npy_write(path, type, rows, columns, values, error) : LIMEN_FAILED;
  limen_free(path);
  return status;
}

int limen_certificate_write(const char *folder, const char *name, const char *about,
                            const struct limen_relevance *relevance, size_t d,
                            const float *documents, const float *queries, struct limen_proof *proof,
                            struct limen_error *error) {
  int status;
  char *home = limen_path_join(folder, name, error), *claim = NULL;
  double *margins = limen_alloc(2 * relevance->queries, sizeof *margins, error);
  if (!home || !margins || !(claim = limen_path_join(home, "claim.json", error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  status = limen_prove(relevance, d, documents, queries, margins, proof, error);
  if (status != LIMEN_OK) goto done;
  if (!proof->proved) {
    status = LIMEN_FAIL(error, LIMEN_NO, "%s: %zu of %zu queries cannot be proved", name,
                        proof->unproved, relevance->queries);
    goto done;
  }
  bool every = is_every_subset(relevance);
  if ((status = limen_folder_make(home, error)) != LIMEN_OK ||
      (status = write_array(home, "documents.npy", LIMEN_NPY_F4, relevance->documents, d, documents,
                            error)) != LIMEN_OK ||
      (status = write_array(home, "queries.npy", LIMEN_NPY_F4, relevance->queries, d, queries,
                            error)) != LIMEN_OK ||
      (status = write_array(home, "margins.npy", LIMEN_NPY_F8, relevance->queries, 2, margins,
                            error)) != LIMEN_OK)
    goto done;
  if (!every && (status = write_array(home, "relevant.npy", LIMEN_NPY_U4, relevance->queries,
                                      relevance->k, relevance->relevant, error)) != LIMEN_OK)
    goto done;
  status = write_claim(claim, about, relevance, d, every, proof, error);
done:
  limen_free(home);
  limen_free(claim);
  limen_free(margins);
  return status;
}

/* Appends "HASH  CLAIM/FILE" for every file of one claim's folder. */
static int sum_folder(const char *folder, const char *name, struct limen_text *sums, size_t *files,
                      struct limen_error *error) {
  char **names = NULL;
  size_t count = 0;
  char *home = limen_path_join(folder, name, error);
  int status = home ? limen_folder_list(home, &names, &count, error) : LIMEN_FAILED;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    char hex[LIMEN_HASH_SIZE];
    char *path = limen_path_join(home, names[i], error);
    status = path ? limen_hash_file(path, hex, error) : LIMEN_FAILED;
    if (status == LIMEN_OK) limen_text_print(sums, "%s  %s/%s\n", hex, name, names[i]);
    limen_free(path);
    (*files)++;
  }
  limen_folder_list_free(names, count);
  limen_free(home);
  return status;
}

/* The sums of all files as they are now; `names` receives the claims' folders. */
static int sum_all(const char *folder, struct limen_text *sums, char ***names, size_t *count,
                   size_t *files, struct limen_error *error) {
  int status = limen_folder_list(folder, names, count, error);
  for (size_t i = 0; i < *count && status == LIMEN_OK; i++)
    if (strcmp((*names)[i], sums_name) != 0)
      status = sum_folder(folder, (*names)[i], sums, files, error);
  return status == LIMEN_OK ? limen_text_status(sums, error) : status;
}

int limen_certificates_seal(const char *folder, struct limen_error *error) {
  struct limen_text sums = {0};
  char **names = NULL;
  size_t count = 0, files = 0;
  char *path = limen_path_join(folder, sums_name, error);
  int status = path ? sum_all(folder, &sums, &names, &count, &files, error) : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_file_write(path, limen_text_string(&sums), sums.length, error);
  limen_folder_list_free(names, count);
  limen_text_clear(&sums);
  limen_free(path);
  return status;
}

/* ---- verifying ---- */

/* Both texts are sorted lines; names the first that differs. */
static int compare_sums(const char *folder, const char *listed, const char *found,
                        struct limen_error *error) {
  if (strcmp(listed, found) == 0) return LIMEN_OK;
  size_t at = 0, line = 0;
  for (; listed[at] && listed[at] == found[at]; at++)
    if (listed[at] == '\n') line = at + 1;
  const char *l = listed + line, *f = found + line;
  int l_length = (int)strcspn(l, "\n"), f_length = (int)strcspn(f, "\n");
  enum { NAME = 66 /* where a name starts in a line */ };
  if (l_length > NAME && f_length > NAME && l_length == f_length &&
      strncmp(l + NAME, f + NAME, (size_t)(l_length - NAME)) == 0)
    return LIMEN_FAIL(error, LIMEN_NO, "%s/%.*s was altered: its SHA-256 is not the one listed",
                      folder, f_length - NAME, f + NAME);
  return LIMEN_FAIL(error, LIMEN_NO,
                    "%s/%s does not list the files that are there: it says \"%.*s\" where \"%.*s\" "
                    "stands",
                    folder, sums_name, l_length, l, f_length, f);
}

struct claim {
  size_t documents, queries, k, d;
  bool every_subset;
};

static int read_claim(const char *home, struct claim *out, struct limen_error *error) {
  char *text = NULL, *path = limen_path_join(home, "claim.json", error);
  size_t length = 0;
  int status = path ? limen_file_read(path, CLAIM_MOST, &text, &length, error) : LIMEN_FAILED;
  json_error_t reason;
  json_t *root = NULL;
  if (status != LIMEN_OK) goto done;
  if (!(root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason))) {
    status =
        LIMEN_FAIL(error, LIMEN_NO, "%s:%d:%d: %s", path, reason.line, reason.column, reason.text);
    goto done;
  }
  json_int_t schema = 0, n = 0, m = 0, k = 0, d = 0;
  const char *score = "", *relevance = "", *claim = "";
  if (json_unpack(root, "{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:s}", "schema", &schema, "claim",
                  &claim, "score", &score, "documents", &n, "queries", &m, "k", &k, "d", &d,
                  "relevance", &relevance) != 0 ||
      schema != 1 || strcmp(score, "inner product") != 0 || strcmp(claim, claim_words) != 0 ||
      n < 1 || m < 1 || k < 1 || d < 1 || k > n || n > UINT32_MAX || d > UINT32_MAX) {
    status = LIMEN_FAIL(error, LIMEN_NO, "%s: not a claim that this program can verify", path);
    goto done;
  }
  *out = (struct claim){(size_t)n, (size_t)m, (size_t)k, (size_t)d, strcmp(relevance, "all") == 0};
done:
  json_decref(root);
  limen_free(text);
  limen_free(path);
  return status;
}

static int read_array(const char *home, const char *name, enum limen_npy_type type, size_t rows,
                      size_t columns, void **values, struct limen_error *error) {
  size_t found_rows = 0, found_columns = 0;
  char *path = limen_path_join(home, name, error);
  int status =
      path ? limen_npy_read(path, type, &found_rows, &found_columns, values, error) : LIMEN_FAILED;
  if (status == LIMEN_OK && (found_rows != rows || found_columns != columns))
    status = LIMEN_FAIL(error, LIMEN_NO, "%s holds %zu x %zu values, the claim is about %zu x %zu",
                        path, found_rows, found_columns, rows, columns);
  limen_free(path);
  return status;
}

static int read_relevance(const char *home, const struct claim *claim, struct limen_relevance *out,
                          struct limen_error *error) {
  if (claim->every_subset) {
    if (limen_binomial(claim->documents, claim->k) != claim->queries)
      return LIMEN_FAIL(error, LIMEN_NO, "%s: %zu queries are not all %zu-subsets of %zu documents",
                        home, claim->queries, claim->k, claim->documents);
    return limen_pattern_find("all")->make(claim->documents, claim->k, 0, 0, out, error);
  }
  void *values = NULL;
  int status =
      read_array(home, "relevant.npy", LIMEN_NPY_U4, claim->queries, claim->k, &values, error);
  *out = (struct limen_relevance){claim->documents, claim->queries, claim->k, values};
  for (size_t i = 0; i < claim->queries * claim->k && status == LIMEN_OK; i++)
    if (out->relevant[i] >= claim->documents ||
        (i % claim->k > 0 && out->relevant[i] <= out->relevant[i - 1]))
      status = LIMEN_FAIL(error, LIMEN_NO,
                          "%s/relevant.npy: query %zu does not hold ascending document numbers "
                          "below %zu",
                          home, i / claim->k, claim->documents);
  return status;
}

static int verify_claim(const char *folder, const char *name, struct limen_proof *proof,
                        struct claim *claim, struct limen_error *error) {
  struct limen_relevance relevance = {0};
  void *documents = NULL, *queries = NULL;
  char *home = limen_path_join(folder, name, error);
  int status = home ? read_claim(home, claim, error) : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = read_array(home, "documents.npy", LIMEN_NPY_F4, claim->documents, claim->d, &documents,
                        error);
  if (status == LIMEN_OK)
    status =
        read_array(home, "queries.npy", LIMEN_NPY_F4, claim->queries, claim->d, &queries, error);
  if (status == LIMEN_OK) status = read_relevance(home, claim, &relevance, error);
  if (status == LIMEN_OK)
    status = limen_prove(&relevance, claim->d, documents, queries, NULL, proof, error);
  if (status == LIMEN_OK && !proof->proved)
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s: the claim is false or cannot be proved: %zu of %zu queries fail, the "
                        "worst is query %zu with margin %.3g, error bound %.3g",
                        home, proof->unproved, claim->queries, proof->worst_query,
                        proof->worst_margin, proof->worst_bound);
  limen_relevance_clear(&relevance);
  limen_free(documents);
  limen_free(queries);
  limen_free(home);
  return status;
}

int limen_certificates_verify(const char *folder,
                              void (*say)(void *context, const char *name, const char *words),
                              void *context, struct limen_verification *out,
                              struct limen_error *error) {
  *out = (struct limen_verification){0};
  struct limen_text sums = {0};
  char **names = NULL, *listed = NULL;
  size_t count = 0, length = 0;
  char *path = limen_path_join(folder, sums_name, error);
  int status = path ? limen_file_read(path, SUMS_MOST, &listed, &length, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = sum_all(folder, &sums, &names, &count, &out->files, error);
  if (status == LIMEN_OK) status = compare_sums(folder, listed, limen_text_string(&sums), error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (strcmp(names[i], sums_name) == 0) continue;
    struct limen_proof proof = {0};
    struct claim claim = {0};
    if ((status = verify_claim(folder, names[i], &proof, &claim, error)) != LIMEN_OK) break;
    if (out->claims == 0 || proof.worst_margin < out->worst_margin) {
      out->worst_margin = proof.worst_margin;
      out->worst_bound = proof.worst_bound;
    }
    out->claims++;
    char words[256];
    snprintf(words, sizeof words,
             "n = %zu documents, %zu queries, k = %zu, d = %zu: proved, smallest margin %.3g, "
             "error bound %.1e",
             claim.documents, claim.queries, claim.k, claim.d, proof.worst_margin,
             proof.worst_bound);
    if (say) say(context, names[i], words);
  }
  limen_folder_list_free(names, count);
  limen_text_clear(&sums);
  limen_free(listed);
  limen_free(path);
  return status;
}
