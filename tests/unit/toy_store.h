/* A store of cells whose content follows from their number. */
#ifndef LIMEN_TESTS_TOY_STORE_H
#define LIMEN_TESTS_TOY_STORE_H

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/store.h"
#include "unit/scratch.h"

static const char *const names[] = {"recall", "work"};

static inline struct limen_store *open_store(enum limen_store_mode mode) {
  struct limen_error error = {0};
  struct limen_store *store = NULL;
  int status = limen_store_open(at("run"), mode, &store, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return store;
}

static inline void refuse_to_open(enum limen_store_mode mode, int status, const char *words) {
  struct limen_error error = {0};
  struct limen_store *store = NULL;
  assert_int_equal(limen_store_open(at("run"), mode, &store, &error), status);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
  assert_null(store);
}

/* Byte j of cell i's answer: without a pattern, so that it takes the room it asks for. */
static inline char byte_of(size_t i, size_t j) {
  uint64_t mixed = (1000003 * (uint64_t)i + j + 1) * 0x9e3779b97f4a7c15u;
  return (char)((mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9u >> 56);
}

/* A cell of two rows; every number follows from `i`. `bytes` of one per-query answer. */
static inline int put_cell(struct limen_store *store, size_t i, size_t bytes,
                           struct limen_error *error) {
  char key[32], text[64];
  struct limen_answer answer;
  int status = limen_answer_init(&answer, 2, 2, error);
  if (status != LIMEN_OK) return status;
  for (size_t j = 0; j < 4; j++) answer.values[j] = (double)i + 0.11 * (double)j;
  answer.seconds = 0.5;
  char *content = limen_alloc(bytes, 1, error);
  for (size_t j = 0; j < bytes; j++) content[j] = byte_of(i, j);
  status = limen_blobs_add(&answer.answers, "ids", 1, content, bytes, error);
  snprintf(key, sizeof key, "key %zu", i);
  snprintf(text, sizeof text, "kind=toy n=%zu", i);
  if (status == LIMEN_OK)
    status = limen_store_put(store, key, text, "code A", names, &answer, false, error);
  limen_free(content);
  limen_answer_clear(&answer);
  return status;
}

/* Whether cell i is there, and all of it. */
static inline bool has_cell(struct limen_store *store, size_t i, size_t bytes) {
  char key[32];
  struct limen_answer answer;
  struct limen_error error = {0};
  void *content = NULL;
  size_t count = 0;
  bool found = false;
  snprintf(key, sizeof key, "key %zu", i);
  assert_int_equal(limen_store_find(store, key, names, 2, &answer, &found, &error), LIMEN_OK);
  if (!found) return false;
  assert_int_equal(answer.rows, 2);
  for (size_t j = 0; j < 4; j++) assert_true(answer.values[j] == (double)i + 0.11 * (double)j);
  assert_int_equal(limen_store_answer(store, key, 1, "ids", &content, &count, &error), LIMEN_OK);
  assert_int_equal(count, bytes);
  for (size_t j = 0; j < count; j++) assert_int_equal(((char *)content)[j], byte_of(i, j));
  limen_free(content);
  limen_answer_clear(&answer);
  return true;
}

/* Alters the database, and removes what would tell. */
static inline void change(const char *statements) {
  sqlite3 *database = NULL;
  assert_int_equal(sqlite3_open(at("run/run.db"), &database), SQLITE_OK);
  assert_int_equal(sqlite3_exec(database, statements, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
  unlink(at("run/.run.db.sha256"));
}

/* A finished run with cells 0 .. count. */
static inline void make_run(size_t count) {
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  for (size_t i = 0; i < count; i++) assert_int_equal(put_cell(store, i, 100, NULL), LIMEN_OK);
  limen_store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

#endif
