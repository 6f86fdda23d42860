/* Memory that runs out in every reader, at every single allocation: LIMEN_FAILED with a word about
 * it, and nothing leaks (the sanitizer looks). What is right is never blamed for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "data/collection_read.h"
#include "data/npy.h"
#include "definition/definition.h"
#include "engines/index_read.h"
#include "faults/fault.h"
#include "retrieval/ranking_read.h"
#include "unit/formats.h"

enum { ROWS = 7, COLUMNS = 3 };

/* Of what was read last, where a reader has a slower way that needs less memory: the HDF5 reader
 * may do without. */
static uint32_t seen;

/* ---- reading, one function a kind of content ---- */

static uint32_t crc32_of(const void *bytes, size_t count) {
  return (uint32_t)crc32(0, bytes, (unsigned)count);
}

static int read_vectors(const char *path, struct limen_error *error) {
  struct limen_matrix matrix = {0};
  const struct limen_read_options raw = {.format = "raw", .dimension = COLUMNS};
  bool headerless = strstr(path, ".f32") != NULL;
  int status = limen_matrix_read(path, headerless ? &raw : NULL, &matrix, error);
  if (status == LIMEN_OK)
    seen = crc32_of(matrix.values, matrix.rows * matrix.columns * sizeof *matrix.values);
  if (status == LIMEN_OK) limen_matrix_clear(&matrix);
  return status;
}

static int read_ids(const char *path, struct limen_error *error) {
  struct limen_ids ids = {0};
  int status = limen_ids_read(path, NULL, &ids, error);
  if (status == LIMEN_OK) seen = crc32_of(ids.ids, ids.rows * ids.columns * sizeof *ids.ids);
  if (status == LIMEN_OK) limen_ids_clear(&ids);
  return status;
}

static int read_labels(const char *path, struct limen_error *error) {
  struct limen_labels labels = {0};
  int status = limen_labels_read(path, 0, &labels, error);
  if (status == LIMEN_OK) limen_labels_clear(&labels);
  return status;
}

static int read_passages(const char *path, struct limen_error *error) {
  struct limen_passages passages = {0};
  int status = limen_passages_read(path, &passages, error);
  if (status == LIMEN_OK) limen_passages_clear(&passages);
  return status;
}

static int read_qrels(const char *path, struct limen_error *error) {
  struct limen_qrels qrels = {0};
  int status = limen_qrels_read(path, &qrels, error);
  if (status == LIMEN_OK) limen_qrels_clear(&qrels);
  return status;
}

static int read_ranking(const char *path, struct limen_error *error) {
  struct limen_ranking ranking = {0};
  int status = limen_ranking_read(path, &ranking, error);
  if (status == LIMEN_OK) limen_ranking_clear(&ranking);
  return status;
}

static int read_npy(const char *path, struct limen_error *error) {
  void *values = NULL;
  size_t rows, columns;
  int status = limen_npy_read(path, LIMEN_NPY_F4, &rows, &columns, &values, error);
  if (status == LIMEN_OK) limen_free(values);
  return status;
}

static int read_definition(const char *path, struct limen_error *error) {
  struct limen_definition definition = {0};
  int status = limen_definition_read(path, &definition, error);
  if (status == LIMEN_OK) limen_definition_clear(&definition);
  return status;
}

static int read_index(const char *path, struct limen_error *error) {
  struct limen_index_content content = {0};
  int status = limen_index_read(path, &content, error);
  limen_index_content_clear(&content);
  return status;
}

/* ---- what is read ---- */

static const struct {
  const char *name;
  int (*read)(const char *path, struct limen_error *error);
  const char *text; /* NULL: put_vectors, put_index and the like make it */
} cases[] = {
    {"a.fvecs", read_vectors, NULL},
    {"a.ivecs", read_vectors, NULL},
    {"a.bvecs", read_vectors, NULL},
    {"a.fbin", read_vectors, NULL},
    {"a.u8bin", read_vectors, NULL},
    {"a.i8bin", read_vectors, NULL},
    {"a.npy", read_vectors, NULL},
    {"a.hdf5", read_vectors, NULL},
    {"a.f32", read_vectors, NULL},
    {"a.fvecs.gz", read_vectors, NULL},
    {"a.idx", read_vectors, NULL},
    {"ids.ivecs", read_ids, NULL},
    {"ids.ibin", read_ids, NULL},
    {"ids.hdf5", read_ids, NULL},
    {"a.npy", read_npy, NULL},
    {"a.hnsw", read_index, NULL},
    {"labels.tsv", read_labels, "eel\ndog\neel\ncat\n"},
    {"lines.jsonl", read_passages,
     "{\"_id\": \"a\", \"title\": \"t\", \"text\": \"one\"}\n{\"_id\": \"b\", \"text\": "
     "\"two\"}\n"},
    {"columns.tsv", read_passages, "a\tone\nb\ttwo\n"},
    {"sgml.trec", read_passages,
     "<DOC>\n<DOCNO> a </DOCNO>\n<TEXT>\none\n</TEXT>\n</DOC>\n"
     "<DOC>\n<DOCNO> b </DOCNO>\n<TEXT>\ntwo\n</TEXT>\n</DOC>\n"},
    {"qrels.jsonl", read_qrels,
     "{\"query-id\": \"q\", \"corpus-id\": \"a\", \"score\": 1}\n"
     "{\"query-id\": \"q\", \"corpus-id\": \"b\", \"score\": 2}\n"},
    {"qrels.tsv", read_qrels, "query-id\tcorpus-id\tscore\nq\ta\t1\nq\tb\t2\n"},
    {"qrels.trec", read_qrels, "q 0 a 1\nq 0 b 2\nr 0 a 0\n"},
    {"a.run", read_ranking, "q Q0 a 1 0.57 mine\nq Q0 b 2 0.32 mine\nr Q0 a 1 0.11 mine\n"},
    {"a.yml", read_definition,
     "name: a\nkind: critical_n\nquestion: What?\nparams:\n  k: 2\n  d: [4, 8]\n  tau: 0.11\n"
     "smoke: { d: 4 }\nfull: { d: 4..12 }\nbaseline: b.json\n"},
};

static void put_vectors(const char *name) {
  float values[ROWS * COLUMNS];
  for (size_t i = 0; i < ROWS * COLUMNS; i++) values[i] = (float)(i % 5);
  struct limen_matrix matrix = {.rows = ROWS, .columns = COLUMNS, .values = values};
  struct limen_vectors vectors;
  struct limen_error error = {0};
  limen_vectors_lend(&vectors, &matrix);
  if (limen_vectors_write(at(name), &vectors, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

static void put_ids(const char *name) {
  int32_t id[ROWS * COLUMNS];
  float distance[ROWS * COLUMNS];
  for (size_t i = 0; i < ROWS * COLUMNS; i++) id[i] = (int32_t)i, distance[i] = (float)i / 8;
  const struct limen_ids ids = {.rows = ROWS, .columns = COLUMNS, .ids = id, .distances = distance};
  struct limen_error error = {0};
  if (limen_ids_write(at(name), &ids, &error) != LIMEN_OK) fail_msg("%s", error.text);
}

static void put_packed(const char *name) {
  size_t count = 0;
  char *bytes = get_file(at("a.fvecs"), &count);
  gzFile packed = gzopen(at(name), "wb");
  assert_non_null(packed);
  assert_int_equal(gzwrite(packed, bytes, (unsigned)count), count);
  assert_int_equal(gzclose(packed), Z_OK);
  limen_free(bytes);
}

/* Big-endian, two dimensions of bytes. */
static void put_images(const char *name) {
  static const uint8_t bytes[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};
  put_file(at(name), bytes, sizeof bytes);
}

static void put_index(const char *name) {
  struct limen_matrix base = {0};
  struct limen_index index = {0};
  struct limen_index_settings settings = limen_index_defaults;
  struct limen_error error = {0};
  size_t order[ROWS];
  for (size_t i = 0; i < ROWS; i++) order[i] = i;
  settings.M = 3;
  assert_int_equal(limen_matrix_read(at("a.fvecs"), NULL, &base, &error), LIMEN_OK);
  if (limen_index_build(limen_engine_find("hnswlib"), &base, order, &settings, &index, &error) !=
          LIMEN_OK ||
      limen_index_save(&index, at(name), &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  limen_index_clear(&index);
  limen_matrix_clear(&base);
}

static void put_case(size_t i) {
  const char *name = cases[i].name, *text = cases[i].text;
  if (text)
    put_file(at(name), text, strlen(text));
  else if (strstr(name, ".gz"))
    put_packed(name);
  else if (strstr(name, ".idx"))
    put_images(name);
  else if (strstr(name, ".hnsw"))
    put_index(name);
  else if (strstr(name, "ids."))
    put_ids(name);
  else
    put_vectors(name);
}

/* ---- tests ---- */

/* Refuses one allocation after the other, and all after it, too, until there is none left. */
static void refuse_each(size_t i, bool lasting) {
  const bool may_do_without = strstr(cases[i].name, ".hdf5") != NULL;
  seen = 0;
  assert_int_equal(cases[i].read(at(cases[i].name), NULL), LIMEN_OK);
  const uint32_t whole = seen;
  for (size_t n = 1;; n++) {
    const struct fault fault = {FAULT_MEMORY, FAULT_FULL, n, lasting};
    struct limen_error error = {0};
    seen = 0;
    fault_set(&fault);
    int status = cases[i].read(at(cases[i].name), &error);
    fault_set(NULL);
    bool struck = fault_tally().struck;
    bool good = status == (struck ? LIMEN_FAILED : LIMEN_OK);
    if (struck && may_do_without && status == LIMEN_OK) good = seen == whole;
    if (!good)
      fail_msg("%s, allocation %zu%s: %d: %s", cases[i].name, n, lasting ? " and later ones" : "",
               status, error.text);
    if (!struck) {
      assert_true(n > 1);
      return;
    }
    if (status != LIMEN_OK) assert_string_not_equal(error.text, "");
  }
}

static void every_allocation_of_every_reader(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) put_case(i);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    refuse_each(i, false);
    refuse_each(i, true);
  }
}

/* A format that is added gets a case. */
static void every_format_has_a_case(void **state) {
  (void)state;
  for (size_t f = 0; limen_format_name(f); f++) {
    const char *name = strcmp(limen_format_name(f), "raw") == 0 ? "f32" : limen_format_name(f);
    bool found = false;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && !found; i++)
      found = strstr(cases[i].name, name) != NULL;
    if (!found) fail_msg("the format %s has no case here", name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_allocation_of_every_reader, scratch_setup,
                                      scratch_teardown),
      cmocka_unit_test(every_format_has_a_case),
  };
  fault_install();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
