/* `limen inspect` as its users see it: rings of nodes put together by hand, whose numbers are
 * known, and indexes that the engines saved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engines/engine.h"
#include "support/engine_data.h"
#include "support/folder.h"
#include "support/program.h"

static int make(void **state) {
  *state = folder_make();
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* ---- rings ---- */

/* A file as hnswlib's saveIndex writes it: `nodes` of one column, M = 2, each linked to the next,
 * the last to the first. The first `cut` are jumped over by the last: nothing links to node 0 then,
 * and none of them is reached. Every `every`-th of the others is on level 1, without links there.
 * One node is marked as deleted when `deleted`. */
struct ring {
  size_t nodes, cut, every;
  bool deleted;
};

static void put_u32(FILE *to, uint32_t value) { fwrite(&value, sizeof value, 1, to); }
static void put_u64(FILE *to, uint64_t value) { fwrite(&value, sizeof value, 1, to); }

static bool on_top(const struct ring *ring, size_t node) {
  return node >= ring->cut && (node - ring->cut) % ring->every == 0;
}

static void put_ring(const char *path, const struct ring *ring) {
  FILE *to = fopen(path, "wb");
  assert_non_null(to);
  const uint64_t head[] = {0, ring->nodes, ring->nodes, 32, 24, 20}, tail[] = {2, 4, 2};
  fwrite(head, sizeof head, 1, to);
  put_u32(to, 1);                   /* maxlevel */
  put_u32(to, (uint32_t)ring->cut); /* enterpoint_node */
  fwrite(tail, sizeof tail, 1, to);
  put_u64(to, 0); /* mult */
  put_u64(to, 40);
  for (size_t i = 0; i < ring->nodes; i++) {
    put_u32(to, ring->deleted && i == 3 ? 0x10001 : 1);
    put_u32(to, (uint32_t)(i + 1 < ring->nodes ? i + 1 : ring->cut));
    for (size_t unused = 0; unused < 4; unused++) put_u32(to, 0);
    put_u64(to, i);
  }
  for (size_t i = 0; i < ring->nodes; i++) {
    put_u32(to, on_top(ring, i) ? 12 : 0);
    for (size_t unused = 0; on_top(ring, i) && unused < 3; unused++) put_u32(to, 0);
  }
  assert_int_equal(fclose(to), 0);
}

static json_t *row_of(const char *path) {
  char *text = read_whole(path, NULL);
  json_t *root = json_loads(text, 0, NULL), *rows = json_object_get(root, "graph");
  assert_int_equal(json_array_size(rows), 1);
  json_t *row = json_incref(json_array_get(rows, 0));
  json_decref(root);
  free(text);
  return row;
}

static void expect_number(const json_t *row, const char *key, double wanted) {
  const json_t *value = json_object_get(row, key);
  if (!json_is_number(value) || !(fabs(json_number_value(value) - wanted) < 1e-12))
    fail_msg("%s is %.17g, not %.17g", key, json_number_value(value), wanted);
}

static void expect_levels(const json_t *row, const size_t *nodes, const double *expected) {
  const json_t *levels = json_object_get(row, "levels");
  assert_int_equal(json_array_size(levels), 2);
  for (size_t l = 0; l < 2; l++) {
    const json_t *level = json_array_get(levels, l);
    expect_number(level, "level", (double)l);
    expect_number(level, "nodes", (double)nodes[l]);
    expect_number(level, "expected", expected[l]);
  }
}

static void test_a_healthy_ring(void **state) {
  char *path = path_of(*state, "ring.hnsw"), *json = path_of(*state, "ring.json");
  put_ring(path, &(struct ring){.nodes = 12, .every = 2});
  expect_output(
      NULL, WORDS("inspect", path, "--json", json),
      WORDS(path,
            ": hnswlib, 12 rows of 1 columns (if they are float32), M 2, "
            "ef_construction 40; the metric is not in the file\n",
            "nodes are numbered by label\n", "unreachable                       0  from the entry",
            "mean out-degree              1.0000\n", "in-degree, insertion              -",
            "1                     6          3.0\n", "n M^-l (1 - 1/M) is expected, p = 1\n",
            "\nNothing looks wrong.\n"));
  json_t *row = row_of(json);
  assert_string_equal(json_string_value(json_object_get(row, "file")), path);
  assert_string_equal(json_string_value(json_object_get(row, "kind")), "hnswlib");
  assert_true(json_is_null(json_object_get(row, "engine")));
  assert_true(json_is_null(json_object_get(row, "metric")));
  assert_null(json_object_get(row, "settings"));
  expect_number(row, "rows", 12);
  expect_number(row, "columns", 1);
  expect_number(row, "M", 2);
  expect_number(row, "ef_construction", 40);
  expect_number(row, "nodes", 12);
  expect_number(row, "links", 12);
  expect_number(row, "unreachable", 0);
  expect_number(row, "components", 1);
  expect_number(row, "largest_component", 12);
  expect_number(row, "no_in_links", 0);
  expect_number(row, "saturated", 0);
  expect_number(row, "reciprocity", 0);
  assert_true(json_is_null(json_object_get(row, "in_degree_rank_correlation")));
  expect_levels(row, (const size_t[]){6, 6}, (const double[]){6, 3});
  assert_int_equal(json_array_size(json_object_get(row, "problems")), 0);
  json_decref(row);
  free(path);
  free(json);
}

/* Nodes 0 and 1 are jumped over. In-degrees: 0 once, 2 once (node 2), 1 ten times. */
static void test_a_cut_ring(void **state) {
  char *path = path_of(*state, "ring.hnsw"), *json = path_of(*state, "ring.json");
  put_ring(path, &(struct ring){.nodes = 12, .cut = 2, .every = 2, .deleted = true});
  expect_output(NULL, WORDS("inspect", path, "--json", json),
                WORDS("2 of 12 nodes (16.7%) cannot be reached: no search finds them, whatever its "
                      "ef. More than 2 M copies",
                      "1 of 12 nodes (8.33%) have no in-links on level 0: only those of upper",
                      "1 of 12 nodes (8.33%) are marked as deleted: searches pass through"));
  json_t *row = row_of(json);
  expect_number(row, "unreachable", 2);
  expect_number(row, "components", 3);
  expect_number(row, "largest_component", 10);
  expect_number(row, "no_in_links", 1);
  expect_number(row, "deleted", 1);
  /* Sorted, 2 sum i x_i = 2 (2 + ... + 11 + 12 * 2) = 178; G = 178 / 144 - 13 / 12. */
  expect_number(row, "in_degree_gini", 22.0 / 144);
  /* Ranks off their mean: -5.5 and 5.5, against insertion's -5.5 and -3.5. */
  expect_number(row, "in_degree_rank_correlation", 11 / sqrt(60.5 * 143));
  expect_levels(row, (const size_t[]){7, 5}, (const double[]){6, 3});
  expect_number(row, "levels_p", erfc(sqrt(1.0 / 6))); /* 7 and 5 where 6 and 6 are expected */
  assert_int_equal(json_array_size(json_object_get(row, "problems")), 3);
  json_decref(row);
  free(path);
  free(json);
}

static void test_bent_levels(void **state) {
  char *path = path_of(*state, "ring.hnsw");
  put_ring(path, &(struct ring){.nodes = 120, .every = 120});
  expect_output(
      NULL, WORDS("inspect", path),
      WORDS("0                   119         60.0\n", "1                     1         30.0\n",
            "The levels are bent: such counts have p = ",
            "under n M^-l (1 - 1/M), M = 2. They were not drawn at random"));
  put_ring(path, &(struct ring){.nodes = 9, .every = 9});
  expect_output(
      NULL, WORDS("inspect", path),
      WORDS("is expected; too few nodes to tell whether it holds\n", "Nothing looks wrong"));
  free(path);
}

/* ---- indexes of the engines ---- */

static json_t *inspect(const char *folder, const struct limen_engine *engine,
                       const struct limen_matrix *base, const char *const *words) {
  char *path = path_of(folder, "saved.index"), *json = path_of(folder, "saved.json");
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  settings.M = 8;
  struct limen_index index = index_of(engine, base, 1, &settings);
  struct limen_error error = {0};
  limen_index_save(&index, path, &error);
  assert_string_equal(error.text, "");
  expect_output(NULL, WORDS("inspect", path, "--json", json), words);
  json_t *row = row_of(json);
  limen_index_clear(&index);
  free(path);
  free(json);
  return row;
}

static void test_saved_indexes(void **state) {
  size_t engines = 0;
  struct limen_matrix base = clusters(900, 8, "base");
  for (size_t e = 0; limen_engine_at(e); e++) {
    const struct limen_engine *engine = limen_engine_at(e);
    if (!engine->save || !engine->graph) continue;
    char saved[96];
    snprintf(saved, sizeof saved,
             "saved by limen: engine %s, levels by_label, level seed 1, batch 0, threads 1\n",
             engine->name);
    json_t *row = inspect(*state, engine, &base,
                          WORDS("900 rows of 8 columns, M 8, ef_construction 100, l2\n", saved));
    assert_string_equal(json_string_value(json_object_get(row, "engine")), engine->name);
    const json_t *settings = json_object_get(row, "settings");
    assert_string_equal(json_string_value(json_object_get(settings, "level_seed")), "1");
    assert_string_equal(json_string_value(json_object_get(settings, "levels")), "by_label");
    expect_number(row, "nodes", 900);
    assert_true(json_number_value(json_object_get(row, "levels_p")) > 0.001);
    assert_true(json_is_real(json_object_get(row, "in_degree_rank_correlation")));
    json_decref(row);

    /* 700 copies of one vector: links among them use up all that a node may have. */
    struct limen_matrix copies = clusters(900, 8, "base");
    for (size_t i = 1; i < 700; i++)
      memcpy(copies.values + i * 8, copies.values, 8 * sizeof *copies.values);
    row = inspect(*state, engine, &copies, WORDS("cannot be reached: no search finds them"));
    assert_true(json_integer_value(json_object_get(row, "unreachable")) > 0);
    json_decref(row);
    limen_matrix_clear(&copies);
    engines++;
  }
  assert_true(engines > 0);
  limen_matrix_clear(&base);
}

/* ---- refusals ---- */

static void test_refusals(void **state) {
  char *path = path_of(*state, "ring.hnsw"), *bad = path_of(*state, "bad.hnsw");
  size_t length = 0;
  put_ring(path, &(struct ring){.nodes = 12, .every = 2});
  char *bytes = read_whole(path, &length);
  FILE *cut = fopen(bad, "wb");
  fwrite(bytes, length - 1, 1, cut);
  fclose(cut);
  expect_run(NULL, LIMEN_INPUT, WORDS("inspect", bad),
             WORDS(bad, "byte 596, linkListSize: 1 x 4 bytes should follow"));
  bytes[96 + 4] = 77;
  cut = fopen(bad, "wb");
  fwrite(bytes, length, 1, cut);
  fclose(cut);
  expect_run(
      NULL, LIMEN_INPUT, WORDS("inspect", bad),
      WORDS(bad, "byte 100: link 0 of node 0 on level 0 leads to node 77, but there are 12"));
  write_whole(bad, "name: limit_k2\n");
  expect_run(NULL, LIMEN_INPUT, WORDS("inspect", bad),
             WORDS(bad, "it starts as no index does", "hnswlib's saveIndex"));
  expect_run(NULL, LIMEN_INPUT, WORDS("inspect", *state), WORDS("it is a folder"));
  expect_run(NULL, LIMEN_INPUT, WORDS("inspect", "/nowhere/a.hnsw"), WORDS("/nowhere/a.hnsw"));
  expect_run(NULL, LIMEN_USAGE, WORDS("inspect"), WORDS("`limen inspect --help`"));
  expect_run(NULL, LIMEN_USAGE, WORDS("inspect", path, "--jsn", "a"), WORDS("--jsn", "--json"));
  expect_run(NULL, LIMEN_FAILED, WORDS("inspect", path, "--json", "/nowhere/a.json"),
             WORDS("/nowhere/a.json"));
  expect_output(NULL, WORDS("inspect", "--help"), WORDS("Example", "limen inspect products.hnsw"));
  free(bytes);
  free(path);
  free(bad);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_healthy_ring, make, unmake),
      cmocka_unit_test_setup_teardown(test_a_cut_ring, make, unmake),
      cmocka_unit_test_setup_teardown(test_bent_levels, make, unmake),
      cmocka_unit_test_setup_teardown(test_saved_indexes, make, unmake),
      cmocka_unit_test_setup_teardown(test_refusals, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
