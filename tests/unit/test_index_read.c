/* Saved indexes read without their libraries: files put together by hand, files of the libraries,
 * and what damage and hostility look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "engines/index_read.h"
#include "support/engine_data.h"
#include "unit/formats.h"

/* ---- two files by hand ---- */

/* Three nodes of two columns, M = 2. On level 0: 0 -> 1, 1 -> 0 and 2, 2 -> nothing. Nodes 1 and 2
 * are on level 1 too and link to each other there; a search starts at 1. */
enum { NODES = 3 };
static const uint32_t links_0[NODES][2] = {{1}, {0, 2}};
static const size_t counts_0[NODES] = {1, 2, 0};

enum { /* bytes of the fields in the first */
       H_ROWS = 16,
       H_RECORD = 24,
       H_LEVEL = 48,
       H_ENTRY = 52,
       H_M = 72,
       H_NODES = 96,
       H_NODE = 36,
       H_LABEL = 28,
       H_UPPER = H_NODES + NODES * H_NODE,
       H_SIZE = H_UPPER + 3 * 4 + 2 * 12
};

static struct bytes hnswlib_file(const uint64_t labels[NODES]) {
  struct bytes file = {0};
  const uint64_t head[] = {0, 5, NODES, H_NODE, H_LABEL, 20};
  const uint64_t tail[] = {2, 4, 2};
  const double mult = 1.4426950408889634;
  add_bytes(&file, head, sizeof head);
  add_u32(&file, 1); /* maxlevel */
  add_u32(&file, 1); /* enterpoint_node */
  add_bytes(&file, tail, sizeof tail);
  add_bytes(&file, &mult, sizeof mult);
  add_u64(&file, 77); /* ef_construction */
  for (size_t i = 0; i < NODES; i++) {
    add_u32(&file, (uint32_t)counts_0[i]);
    for (size_t l = 0; l < 4; l++) add_u32(&file, l < counts_0[i] ? links_0[i][l] : 0xabababab);
    add_f32(&file, 0.11f);
    add_f32(&file, 0.57f);
    add_u64(&file, labels[i]);
  }
  add_u32(&file, 0);
  for (uint32_t other = 2; other > 0; other--) {
    add_u32(&file, 12);
    add_u32(&file, 1);
    add_u32(&file, other);
    add_u32(&file, 0xabababab);
  }
  assert_int_equal(file.count, H_SIZE);
  return file;
}

enum { /* the same of the second */
       F_ROWS = 8,
       F_METRIC = 33,
       F_PROBAS = 37,
       F_CUMULATED = 53,
       F_LEVELS = 73,
       F_OFFSETS = 93,
       F_NEIGHBORS = 133,
       F_ENTRY = 197,
       F_STORAGE = 217,
       F_CODES = 254,
       F_SIZE = 286
};

static void add_faiss_head(struct bytes *file, const char *letters) {
  const uint8_t trained = 1;
  add_bytes(file, letters, 4);
  add_u32(file, 2);
  add_u64(file, NODES);
  add_u64(file, 1 << 20);
  add_u64(file, 1 << 20);
  add_bytes(file, &trained, 1);
  add_u32(file, 1); /* L2 */
}

static struct bytes faiss_file(void) {
  static const uint32_t cumulated[] = {0, 4, 6}, levels[] = {1, 2, 2};
  static const uint64_t offsets[] = {0, 4, 10, 16};
  static const int32_t neighbors[] = {1, -1, -1, -1, 0, 2, -1, -1, 2, -1, -1, -1, -1, -1, 1, -1};
  static const uint32_t rest[] = {1, 1, 40, 16, 1};
  struct bytes file = {0};
  add_faiss_head(&file, "IHNf");
  add_u64(&file, 0);
  add_u64(&file, 3);
  add_bytes(&file, cumulated, sizeof cumulated);
  add_u64(&file, NODES);
  add_bytes(&file, levels, sizeof levels);
  add_u64(&file, NODES + 1);
  add_bytes(&file, offsets, sizeof offsets);
  add_u64(&file, 16);
  add_bytes(&file, neighbors, sizeof neighbors);
  add_bytes(&file, rest, sizeof rest);
  add_faiss_head(&file, "IxF2");
  add_u64(&file, 6);
  for (int i = 0; i < 6; i++) add_f32(&file, 0.32f * (float)i);
  assert_int_equal(file.count, F_SIZE);
  return file;
}

static void add_rows(struct bytes *file, const uint32_t rows[NODES]) {
  add_bytes(file, "limenrow", 8);
  add_u64(file, NODES);
  add_bytes(file, rows, NODES * sizeof *rows);
}

static struct limen_index_content content_of(const char *path) {
  struct limen_index_content content;
  struct limen_error error = {0};
  int status = limen_index_read(path, &content, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(limen_graph_check(&content.graph, NULL), LIMEN_OK);
  return content;
}

/* `name[i]` is what node i is called. */
static void expect_graph(const struct limen_graph *graph, const uint32_t name[NODES]) {
  assert_int_equal(graph->nodes, NODES);
  assert_int_equal(graph->M, 2);
  assert_int_equal(graph->most_links, 4);
  assert_int_equal(graph->levels, 2);
  assert_int_equal(graph->entry, name[1]);
  for (size_t i = 0; i < NODES; i++) {
    const size_t row = name[i], *offsets = graph->level[0].offsets + row;
    assert_int_equal(graph->top[row], i > 0);
    assert_int_equal(offsets[1] - offsets[0], counts_0[i]);
    for (size_t l = 0; l < counts_0[i]; l++)
      assert_int_equal(graph->level[0].links[offsets[0] + l], name[links_0[i][l]]);
    offsets = graph->level[1].offsets + row;
    assert_int_equal(offsets[1] - offsets[0], i > 0);
    if (i > 0) assert_int_equal(graph->level[1].links[offsets[0]], name[3 - i]);
  }
}

static void test_hnswlib_by_hand(void **state) {
  (void)state;
  const uint32_t rows[] = {2, 0, 1}, numbers[] = {0, 1, 2};
  struct bytes file = hnswlib_file((const uint64_t[]){2, 0, 1});
  struct limen_index_content content = content_of(put("a", &file));
  assert_string_equal(content.kind, "hnswlib");
  assert_int_equal(content.rows, 3);
  assert_int_equal(content.columns, 2);
  assert_int_equal(content.M, 2);
  assert_int_equal(content.ef_construction, 77);
  assert_int_equal(content.metric, -1);
  assert_int_equal(content.deleted, 0);
  assert_string_equal(content.numbering, "label");
  assert_string_equal(content.engine, "");
  expect_graph(&content.graph, rows);
  for (uint32_t i = 0; i < NODES; i++) assert_int_equal(content.graph.inserted[rows[i]], i);
  limen_index_content_clear(&content);

  /* Labels that are no rows, too large or there twice; and a node that is marked as deleted. */
  const uint64_t others[2][NODES] = {{7000000000000000011u, 0, 1}, {1, 0, 1}};
  for (size_t i = 0; i < 2; i++) {
    file = hnswlib_file(others[i]);
    file.data[H_NODES + H_NODE + 2] = 1;
    content = content_of(put("a", &file));
    assert_int_equal(content.deleted, 1);
    assert_string_equal(content.numbering, "insertion, since the labels are not 0 to n - 1");
    expect_graph(&content.graph, numbers);
    limen_index_content_clear(&content);
  }
}

static void test_faiss_by_hand(void **state) {
  (void)state;
  const uint32_t rows[] = {2, 0, 1}, numbers[] = {0, 1, 2};
  struct bytes file = faiss_file();
  struct limen_index_content content = content_of(put("a", &file));
  assert_string_equal(content.kind, "FAISS IHNf");
  assert_int_equal(content.rows, 3);
  assert_int_equal(content.columns, 2);
  assert_int_equal(content.M, 2);
  assert_int_equal(content.ef_construction, 40);
  assert_int_equal(content.metric, LIMEN_L2);
  assert_string_equal(content.numbering, "insertion, as FAISS numbers them");
  assert_null(content.graph.inserted); /* it hangs on the rows of an add(), which nobody wrote */
  expect_graph(&content.graph, numbers);
  limen_index_content_clear(&content);
  add_rows(&file, rows);
  content = content_of(put("a", &file));
  assert_string_equal(content.numbering, "row");
  expect_graph(&content.graph, rows);
  limen_index_content_clear(&content);
}

/* ---- damage by hand ---- */

static void expect_refusal(const struct bytes *file, const char *text) {
  struct limen_index_content content;
  struct limen_error error = {0};
  const char *path = at("bad");
  FILE *stream = fopen(path, "wb"); /* many files that need not outlive a power cut */
  assert_non_null(stream);
  assert_int_equal(fwrite(file->data, 1, file->count, stream), file->count);
  assert_int_equal(fclose(stream), 0);
  int status = limen_index_read(path, &content, &error);
  if (status != LIMEN_INPUT || strncmp(error.text, path, strlen(path)) != 0 ||
      !strstr(error.text, text))
    fail_msg("status %d, \"%s\"; expected \"%s\"", status, error.text, text);
  assert_null(content.graph.level);
}

struct damage {
  size_t byte, width;
  uint64_t value;
  const char *text;
};

static void expect_refusals(const struct bytes *file, const struct damage *damage, size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct bytes bad = *file;
    memcpy(bad.data + damage[i].byte, &damage[i].value, damage[i].width);
    expect_refusal(&bad, damage[i].text);
  }
}

static void test_damaged_hnswlib(void **state) {
  (void)state;
  const struct damage damage[] = {
      {0, 8, 1, "byte 0: it starts as no index does"},
      {80, 8, (uint64_t)0xbff8 << 48,
       "byte 80, mult is -1.5; a scale of levels is finite and not neg"},
      {80, 8, (uint64_t)0x7ff << 52, "byte 80, mult is inf; a"},
      {80, 8, (uint64_t)0x7ff8 << 48, "byte 80, mult is nan; a"},
      {H_M, 8, 0, "byte 72, M is 0; 1 to 10000 are possible"},
      {H_M, 8, UINT64_MAX, "byte 72, M is -1; 1 to 10000 are possible"},
      {H_M, 8, 3, "byte 56, maxM is 2, and 3 follows from other fields"},
      {64, 8, 5, "byte 64, maxM0 is 5, and 4 follows from other fields"},
      {H_ROWS, 8, 0, "byte 16, cur_element_count is 0; 1 to 4294967294 are possible"},
      {H_ROWS, 8, 6, "byte 8, max_elements is 5; 6 to"},
      {H_ROWS, 8, 5, "byte 96, data_level0_memory: 5 x 36 bytes should follow, and 144 bytes"},
      {H_RECORD, 8, 40, "byte 24, size_data_per_element is 40, and 36 follows from other fields"},
      {32, 8, 20, "byte 32, label_offset is 20; 21 to"},
      {32, 8, (uint64_t)1 << 63, "byte 32, label_offset is -9223372036854775808; 21 to"},
      {40, 8, 24, "byte 40, offsetData is 24, and 20 follows from other fields"},
      {H_LEVEL, 4, 64, "byte 48, maxlevel is 64; 0 to 63 are possible"},
      {H_LEVEL, 4, UINT32_MAX, "byte 48, maxlevel is -1; 0 to 63 are possible"},
      {H_LEVEL, 4, 2, "byte 52, enterpoint_node 1: its highest level is 1, and maxlevel is 2"},
      {H_LEVEL, 4, 0,
       "byte 208, linkListSize of node 1 is 12: 12 bytes a level are needed, for at "
       "most 0 levels"},
      {H_ENTRY, 4, 3, "byte 52, enterpoint_node is 3; 0 to 2 are possible"},
      {H_ENTRY, 4, 0, "byte 52, enterpoint_node 0: its highest level is 0, and maxlevel is 1"},
      {88, 8, 0, "byte 88, ef_construction is 0; 1 to"},
      {H_NODES, 2, 5, "byte 96: node 0 has 5 links on level 0, which has room for 4"},
      {H_NODES + 2, 1, 3, "byte 98: node 0 on level 0 has the marks 0x0003; 1, of the deleted, is"},
      {H_NODES + 3, 1, 1, "byte 98: node 0 on level 0 has the marks 0x0100; 1, of the deleted, is"},
      {H_UPPER + 10, 1, 1, "byte 214: node 1 on level 1 has the marks 0x0001"},
      {H_NODES + 4, 4, 3, "byte 100: link 0 of node 0 on level 0 leads to node 3, but there are 3"},
      {H_NODES + 4, 4, 0, "byte 100: link 0 of node 0 on level 0 leads to itself"},
      {H_UPPER + 4, 4, 13, "byte 208, linkListSize of node 1 is 13: 12 bytes a level are needed"},
      {H_UPPER + 4, 4, 24, "byte 208, linkListSize of node 1 is 24"},
      {H_UPPER + 8, 2, 3, "byte 212: node 1 has 3 links on level 1, which has room for 2"},
      {H_UPPER + 12, 4, 0,
       "byte 216: link 0 of node 1 on level 1 leads to node 0, whose highest "
       "level is 0"},
  };
  struct bytes file = hnswlib_file((const uint64_t[]){2, 0, 1});
  expect_refusals(&file, damage, sizeof damage / sizeof *damage);
  add_u32(&file, 0);
  expect_refusal(&file, "byte 240: 4 bytes follow after the last node");
}

static void test_damaged_faiss(void **state) {
  (void)state;
  const struct damage damage[] = {
      {0, 4, 0x70584e49, "it is FAISS's INXp, of a kind that is not read; IHNf"},
      {0, 4, 0x6c467749, "it is FAISS's IwFl, an inverted file, which has no graph; IHNf"},
      {0, 4, 0x734e4849, "it is FAISS's IHNs, HNSW over scalar codes, which is not read"},
      {0, 4, 0x32467849, "it is FAISS's IxF2, flat vectors, which have no graph"},
      {4, 4, 0, "byte 4, d is 0, and 1 is the least"},
      {F_ROWS, 8, UINT64_MAX, "byte 8, ntotal is -1; 1 to 2147483647 are possible"},
      {32, 1, 0, "byte 32, is_trained is 0, and 1 is needed"},
      {F_ROWS, 8, 4, "byte 65, levels has 3 elements and should have 4"},
      {F_METRIC, 4, 0,
       "byte 221: the vectors are 3 x 2 of metric 1, and the graph is over 3 x 2 "
       "of metric 0"},
      {F_PROBAS, 8, (uint64_t)1 << 61, "byte 45, assign_probas: 2305843009213693952 x 8 bytes"},
      {45, 8, 2, "byte 45, cum_nneighbor_per_level has 2 elements; 3 to 65 are possible"},
      {45, 8, 4, "byte 65, cum_nneighbor_per_level[3] is 3 after 6"},
      {F_CUMULATED, 4, 1, "byte 53, cum_nneighbor_per_level[0] is 1 after -1"},
      {F_CUMULATED + 4, 4, 0x7fffffff, "byte 57, cum_nneighbor_per_level[1] is 2147483647 after 0"},
      {F_CUMULATED + 8, 4, 7, "byte 109, offsets[2] is 10, and 11 follows from the levels"},
      {F_LEVELS, 4, 3, "byte 73, levels[0] is 3; 1 to 2 are possible"},
      {F_LEVELS + 4, 4, 0, "byte 77, levels[1] is 0; 1 to 2 are possible"},
      {85, 8, 3, "byte 85, offsets has 3 elements and should have 4"},
      {F_OFFSETS, 8, 1, "byte 93, offsets[0] is 1, and 0 follows from the levels"},
      {F_OFFSETS + 24, 8, UINT64_MAX, "byte 117, offsets[3] is 18446744073709551615, and 16"},
      {125, 8, 15, "neighbors has 15 elements, and 16 follow from the levels"},
      {F_NEIGHBORS, 4, 3, "byte 133: link 0 of node 0 on level 0 leads to node 3, but there are 3"},
      {F_NEIGHBORS + 32, 4, 0, "byte 165: link 0 of node 1 on level 1 leads to node 0, whose "},
      {F_NEIGHBORS + 32, 4, 1, "byte 165: link 0 of node 1 on level 1 leads to itself"},
      {F_ENTRY, 4, UINT32_MAX, "byte 197, entry_point is -1, but there are 3 nodes"},
      {F_ENTRY, 4, 0, "byte 197, entry_point 0: its highest level is 0, and max_level is 1"},
      {F_ENTRY + 4, 4, 2, "byte 201, max_level is 2, and the highest node is on level 1"},
      {F_ENTRY + 8, 4, 0, "byte 205, efConstruction is 0, and 1 is the least"},
      {F_ENTRY + 16, 4, 2, "byte 213, upper_beam is 2, and 1 is known"},
      {F_STORAGE, 4, 0x51517849, "byte 217, storage: flat vectors, IxF2 or IxFI, should follow"},
      {F_STORAGE + 4, 4, 3, "byte 221: the vectors are 3 x 3 of metric 1, and the graph is over"},
      {F_CODES, 8, 5, "byte 254, codes has 5 elements and should have 6"},
      {F_CODES, 8, UINT64_MAX, "byte 262, codes: 18446744073709551615 x 4 bytes should follow"},
  };
  struct bytes file = faiss_file();
  expect_refusals(&file, damage, sizeof damage / sizeof *damage);
  struct bytes with_rows = file;
  add_rows(&with_rows, (const uint32_t[]){2, 0, 2});
  expect_refusal(&with_rows, "rows[2] is 2: rows are 0 to 2, each of them once");
  with_rows = file;
  add_rows(&with_rows, (const uint32_t[]){2, 0, 3});
  expect_refusal(&with_rows, "rows[2] is 3: rows are 0 to 2, each of them once");
  with_rows.data[F_SIZE + 8] = 2;
  expect_refusal(&with_rows, "byte 294, rows has 2 elements and should have 3");
  add_u32(&file, 0);
  expect_refusal(&file, "byte 286: 4 bytes follow after the index");
}

static void test_files_of_no_kind(void **state) {
  (void)state;
  struct bytes file = {0};
  expect_refusal(&file,
                 "byte 0: the file is empty; saved indexes that are read: an index saved by "
                 "limen; FAISS's write_index of HNSW over flat vectors (IHNf); hnswlib's "
                 "saveIndex");
  add_bytes(&file, "\x93NUMPY.....", 11);
  expect_refusal(&file, "byte 0: it starts as no index does; saved indexes that are read: ");
  struct limen_index_content content;
  struct limen_error error;
  assert_int_equal(limen_index_read("/nowhere/a", &content, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "/nowhere/a: cannot be read: No such file or directory");
}

/* In a block of exactly its size, so that the sanitizer sees a step too far. */
static int read_block(const uint8_t *bytes, size_t count, struct limen_index_content *content,
                      struct limen_error *error) {
  uint8_t *block = malloc(count > 0 ? count : 1);
  struct limen_index_cursor from = {.bytes = block, .size = count};
  *content = (struct limen_index_content){.metric = -1};
  memcpy(block, bytes, count);
  int status = limen_index_read_bytes(&from, NULL, content, error);
  free(block);
  return status;
}

/* Cut at every byte, and every bit turned: an error, or a graph that is whole. */
static void torment(struct bytes file) {
  struct limen_index_content content;
  size_t whole = 0;
  for (size_t length = 0; length < file.count; length++)
    assert_int_equal(read_block(file.data, length, &content, NULL), LIMEN_INPUT);
  for (size_t bit = 0; bit < 8 * file.count; bit++) {
    file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    int status = read_block(file.data, file.count, &content, NULL);
    file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    assert_true(status == LIMEN_OK || status == LIMEN_INPUT);
    if (status == LIMEN_OK) {
      assert_int_equal(limen_graph_check(&content.graph, NULL), LIMEN_OK);
      whole++;
    }
    limen_index_content_clear(&content);
  }
  assert_true(whole > 100 && whole < 7 * file.count); /* vectors may change, for instance */
}

static void test_torment(void **state) {
  (void)state;
  torment(hnswlib_file((const uint64_t[]){2, 0, 1}));
  torment(faiss_file());
}

/* ---- files of the libraries ---- */

static void expect_same_graph(const struct limen_graph *a, const struct limen_graph *b) {
  assert_int_equal(a->nodes, b->nodes);
  assert_int_equal(a->levels, b->levels);
  assert_int_equal(a->entry, b->entry);
  assert_int_equal(a->M, b->M);
  assert_int_equal(a->most_links, b->most_links);
  assert_memory_equal(a->top, b->top, a->nodes);
  for (size_t l = 0; l < a->levels; l++) {
    const size_t links = a->level[l].offsets[a->nodes];
    assert_memory_equal(a->level[l].offsets, b->level[l].offsets, (a->nodes + 1) * sizeof links);
    assert_memory_equal(a->level[l].links, b->level[l].links, links * sizeof(uint32_t));
  }
}

/* What is read is what the engine itself says, from the library's own file and from ours. */
static void test_files_of_engines(void **state) {
  (void)state;
  size_t engines = 0;
  struct limen_matrix base = clusters(500, 8, "base");
  for (size_t e = 0; limen_engine_at(e); e++) {
    const struct limen_engine *engine = limen_engine_at(e);
    if (!engine->save || !engine->graph) continue;
    for (size_t m = 0; limen_metric_name(m); m++) {
      struct limen_index_settings settings = settings_of((enum limen_metric)m);
      settings.M = 5;
      settings.batch = 100;
      settings.level_seed = UINT64_MAX;
      struct limen_index index = index_of(engine, &base, 3, &settings);
      struct limen_graph graph;
      assert_int_equal(limen_index_graph(&index, &graph, NULL), LIMEN_OK);
      assert_int_equal(engine->save(index.state, at("raw"), NULL), LIMEN_OK);
      assert_int_equal(limen_index_save(&index, at("ours"), NULL), LIMEN_OK);

      struct limen_index_content raw = content_of(at("raw")), ours = content_of(at("ours"));
      expect_same_graph(&raw.graph, &graph);
      expect_same_graph(&ours.graph, &graph);
      assert_memory_equal(ours.graph.inserted, graph.inserted, 500 * sizeof *graph.inserted);
      assert_int_equal(raw.rows, 500);
      assert_int_equal(raw.columns, 8);
      assert_int_equal(raw.M, 5);
      assert_string_equal(raw.engine, "");
      assert_string_equal(ours.engine, engine->name);
      assert_int_equal(ours.metric, m);
      assert_int_equal(ours.settings.M, 5);
      assert_int_equal(ours.settings.batch, 100);
      assert_true(ours.settings.level_seed == UINT64_MAX);
      limen_index_content_clear(&raw);
      limen_index_content_clear(&ours);
      limen_graph_clear(&graph);
      limen_index_clear(&index);
      engines++;
    }
  }
  assert_true(engines >= 3);
  limen_matrix_clear(&base);
}

/* Our own header is hashed: one changed byte anywhere is found. */
static void test_damaged_file_of_ours(void **state) {
  (void)state;
  struct limen_matrix base = clusters(20, 8, "base");
  struct limen_index_settings settings = settings_of(LIMEN_L2);
  struct limen_index index = index_of(limen_engine_find("hnswlib"), &base, 3, &settings);
  struct limen_index_content content;
  struct limen_error error;
  size_t count = 0;
  assert_int_equal(limen_index_save(&index, at("ours"), NULL), LIMEN_OK);
  char *bytes = get_file(at("ours"), &count);
  for (size_t byte = 0; byte < count; byte++) {
    bytes[byte] ^= 16;
    assert_int_equal(read_block((const uint8_t *)bytes, count, &content, &error), LIMEN_INPUT);
    limen_index_content_clear(&content);
    bytes[byte] ^= 16;
    if (byte < 8) continue;
    if (!strstr(error.text, byte < 16    ? "its version is"
                            : byte < 592 ? "the header is damaged: its SHA-256 is another one"
                                         : "the library's bytes are damaged"))
      fail_msg("byte %zu: %s", byte, error.text);
  }
  limen_free(bytes);
  limen_index_clear(&index);
  limen_matrix_clear(&base);
}

int main(void) {
  limen_threads_set(2);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_hnswlib_by_hand, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_faiss_by_hand, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_damaged_hnswlib, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_damaged_faiss, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_files_of_no_kind, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_torment, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_files_of_engines, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(test_damaged_file_of_ours, scratch_setup, scratch_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
