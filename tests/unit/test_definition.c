/* Definitions as documents: what is read, what is refused, and in which words.
 *
 * Texts are compared whole, with their line and column: a message is the interface here. */
#include <gsl/gsl_rng.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/rng.h"
#include "unit/definition_table.h"

/* ---- reading ---- */

static void test_reads_every_part(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_definition definition;
  assert_int_equal(parse(good, &definition, &error), LIMEN_OK);
  assert_string_equal(definition.path, "x.yml");
  assert_string_equal(definition.text, good);
  assert_string_equal(definition.name, "limit_k2");
  assert_string_equal(definition.kind, "critical_n");
  assert_string_equal(definition.question,
                      "How many documents can d dimensions serve, if \"every pair\" counts?");
  assert_string_equal(definition.baseline, "tests/baselines/limit_k2.json");
  assert_int_equal(definition.name_place.line, 2);
  assert_int_equal(definition.name_place.column, 7);
  assert_int_equal(definition.kind_place.line, 3);

  assert_int_equal(definition.params.count, 5);
  const struct limen_entry *tau = &definition.params.entry[1], *d = &definition.params.entry[2];
  assert_string_equal(tau->key, "tau");
  assert_true(tau->list);
  assert_int_equal(tau->count, 3);
  assert_string_equal(tau->values[1], "0.032");
  assert_int_equal(tau->value_places[2].line, 10);
  assert_int_equal(tau->value_places[2].column, 9);
  assert_string_equal(tau->value_places[2].file, "x.yml");
  assert_int_equal(d->count, 2);
  assert_string_equal(d->values[0], "4..6");
  assert_int_equal(d->place.line, 11);
  assert_int_equal(d->place.column, 3);
  assert_string_equal(definition.params.entry[4].key, "source");
  assert_string_equal(definition.params.entry[4].values[0], "a: b, c..d");
  assert_false(definition.params.entry[4].list);
  assert_int_equal(definition.smoke.count, 2);
  assert_int_equal(definition.full.count, 1);
  assert_string_equal(definition.full.entry[0].values[0], "4..64*2");
  limen_definition_clear(&definition);
  assert_null(definition.name);
  limen_definition_clear(&definition);
}

static void test_reads_a_small_file_with_a_byte_order_mark(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_definition definition;
  assert_int_equal(
      parse("\xef\xbb\xbf---\r\nname: x\r\nkind: y\r\nquestion: '\xc3\xa4?'\r\n...\r\n",
            &definition, &error),
      LIMEN_OK);
  assert_string_equal(definition.question, "\xc3\xa4?");
  assert_null(definition.baseline);
  assert_int_equal(definition.params.count, 0);
  limen_definition_clear(&definition);
}

static const struct refusal refused_documents[] = {
    /* the whole */
    {"", "x.yml:1:1: there is no definition here; a definition starts with `name:`"},
    {"# nothing\n\n", "x.yml:3:1: there is no definition here; a definition starts with `name:`"},
    {"limit_k2", "x.yml:1:1: a definition is made of `key: value` lines, such as `name: limit_k2`"},
    {"\n- name: a",
     "x.yml:2:1: a definition is made of `key: value` lines, such as `name: limit_k2`"},
    {"---\n---\n",
     "x.yml:2:1: a definition is made of `key: value` lines, such as `name: limit_k2`"},
    {HEAD "---\nname: b\n",
     "x.yml:4:1: a second document starts here; a file holds one definition, without `---` between "
     "its lines"},
    {HEAD "...\nname: b\n", "x.yml:5:1: this is not YAML: did not find expected <document start>"},
    /* keys */
    {"\nkind: a\nquestion: b?\n",
     "x.yml:2:1: `name` is missing; add a line such as `name: limit_k2`"},
    {"{name: a, question: b}",
     "x.yml:1:1: `kind` is missing; add a line such as `kind: critical_n`"},
    {"name: a\nkind: b\n",
     "x.yml:1:1: `question` is missing; add a line such as `question: How many ...?`"},
    {HEAD "parms: {}\n",
     "x.yml:4:1: unknown key `parms`; did you mean `params`?; a definition has the keys name, "
     "kind, "
     "question, params, smoke, full, baseline; parameters stand under `params`"},
    {HEAD "d: 4\n",
     "x.yml:4:1: unknown key `d`; a definition has the keys name, kind, question, params, smoke, "
     "full, baseline; parameters stand under `params`"},
    {HEAD "  \nkind: c\n", "x.yml:5:1: `kind` is given twice, first in line 2; remove one"},
    {HEAD "full: {}\nfull: {}\n", "x.yml:5:1: `full` is given twice, first in line 4; remove one"},
    {HEAD "params:\n  d: 4\n  k: 2\n  d: 5\n",
     "x.yml:7:3: `d` is given twice, first in line 5; remove one"},
    {HEAD "params: {\"d\": 4, d: 5}\n",
     "x.yml:4:18: `d` is given twice, first in line 4; remove one"},
    {HEAD ": 4\n",
     "x.yml:4:1: this is not YAML: while parsing a block mapping, did not find expected key; keys "
     "of "
     "one level start in the same column"},
    {HEAD "full: {: 4}\n",
     "x.yml:4:8: this is not YAML: while parsing a flow node, did not find expected node content"},
    {HEAD "~: 4\n", "x.yml:4:1: a key is missing before `:`"},
    {HEAD "'': 4\n", "x.yml:4:1: a key is missing before `:`"},
    {HEAD "? [a]\n: 4\n", "x.yml:4:3: a key is one word, not a list or a mapping"},
    {HEAD "params: {{a: 1}: 4}\n", "x.yml:4:10: a key is one word, not a list or a mapping"},
    /* texts */
    {"name: a b\n",
     "x.yml:1:7: `name` cannot be `a b`; valid: letters, digits, `_` and `-`, 1 to 64 "
     "of them"},
    {"name: ../../etc\n",
     "x.yml:1:7: `name` cannot be `../../etc`; valid: letters, digits, `_` and `-`, 1 to 64 of "
     "them"},
    {"name: \"\"\n",
     "x.yml:1:7: `name` cannot be empty; valid: letters, digits, `_` and `-`, 1 to 64 of them"},
    {"name: 12345678901234567890123456789012345678901234567890123456789012345\n",
     "x.yml:1:7: `name` cannot be "
     "`123456789012345678901234567890123456789012345678901234567890...`; "
     "valid: letters, digits, `_` and `-`, 1 to 64 of them"},
    {"name: a\nkind: [b]\n", "x.yml:2:7: `kind` holds a nested list; plain values belong here"},
    {"name: a\nkind: b.c\n",
     "x.yml:2:7: `kind` cannot be `b.c`; valid: letters, digits, `_` and `-`, 1 to 64 of them"},
    {"question: ''\n", "x.yml:1:11: `question` is empty; write a text"},
    {"question: \" \\n\"\n", "x.yml:1:11: `question` is empty; write a text"},
    {"question:\nname: a\n", "x.yml:1:10: `question` has no value; write one or remove the key"},
    {"question: {a: b}\n",
     "x.yml:1:11: `question` holds a nested mapping; plain values belong here"},
    {"baseline: ''\n", "x.yml:1:11: `baseline` is empty; write a text or remove the key"},
    {"name: \"a\\tb\"\n", "x.yml:1:7: the value of `name` holds a tab or a line break"},
    {"name: \"a\\0b\"\n", "x.yml:1:7: `a` holds a control character; remove it"},
    {"question: \"a\\e[31mb\"\n", "x.yml:1:11: `a?[31mb` holds a control character; remove it"},
    {"question: \"\\x9b31m\"\n", "x.yml:1:11: `?31m` holds a control character; remove it"},
    /* sections and values */
    {HEAD "params:\n", "x.yml:4:8: `params` holds parameters, as in `params: { d: 4..12 }`"},
    {HEAD "smoke: [d]\n", "x.yml:4:8: `smoke` holds parameters, as in `smoke: { d: 4 }`"},
    {HEAD "full: 3\n", "x.yml:4:7: `full` holds parameters, as in `full: { d: 4..45 }`"},
    {HEAD "params:\n  d:\n  k: 2\n", "x.yml:5:5: `d` has no value; write one or remove the key"},
    {HEAD "params: {d: ~}\n", "x.yml:4:13: `d` has no value; write one or remove the key"},
    {HEAD "params: {d}\n", "x.yml:4:11: `d` has no value; write one or remove the key"},
    {HEAD "params: {d: [4, null]}\n", "x.yml:4:17: `d` has no value; write one or remove the key"},
    {HEAD "params: {d: []}\n",
     "x.yml:4:13: `d` has an empty list; write a value or remove the key"},
    {HEAD "params: {d: [4, [5]]}\n",
     "x.yml:4:17: `d` holds a nested list; plain values belong here"},
    {HEAD "params:\n  d:\n    a: 4\n",
     "x.yml:6:5: `d` holds a nested mapping; plain values belong here"},
    {HEAD "params: {d: [a: 4]}\n",
     "x.yml:4:14: `d` holds a nested mapping; plain values belong here"},
    {HEAD "params: {source: \"a\\nb\"}\n",
     "x.yml:4:18: the value of `source` holds a tab or a line break"},
    /* what YAML offers and a definition has no use for */
    {HEAD "params: &all {d: 4}\n",
     "x.yml:4:9: the anchor `all` is refused: a definition has no anchors and aliases; write the "
     "value out"},
    {HEAD "params: {d: &x 4, k: *x}\n",
     "x.yml:4:13: the anchor `x` is refused: a definition has no anchors and aliases; write the "
     "value out"},
    {HEAD "params: {d: *x}\n",
     "x.yml:4:13: the alias `x` is refused: a definition has no anchors and aliases; write the "
     "value "
     "out"},
    {HEAD "smoke: {d: &x [4, *x]}\n",
     "x.yml:4:12: the anchor `x` is refused: a definition has no anchors and aliases; write the "
     "value out"},
    {"&a {name: *a}\n",
     "x.yml:1:1: the anchor `a` is refused: a definition has no anchors and aliases; write the "
     "value "
     "out"},
    {"&a [*a, *a]: *a\n",
     "x.yml:1:1: the anchor `a` is refused: a definition has no anchors and aliases; write the "
     "value "
     "out"},
    {"name: !!str a\n",
     "x.yml:1:7: the tag `tag:yaml.org,2002:str` is refused; write the plain value"},
    {HEAD "params: {<<: {d: 4}}\n",
     "x.yml:4:14: `<<` holds a nested mapping; plain values belong here"},
    /* what libyaml refuses */
    {"name: a\n\tkind: b\n",
     "x.yml:2:1: this is not YAML: while scanning a plain scalar, found a tab character that "
     "violates "
     "indentation; indent with spaces, not tabs"},
    {"params:\n\td: 4\n",
     "x.yml:2:1: this is not YAML: while scanning for the next token, found character that cannot "
     "start any token; indent with spaces, not tabs; quote a text that starts with a sign"},
    {"name: a\nquestion: why: not\n",
     "x.yml:2:14: this is not YAML: mapping values are not allowed in this context; a text that "
     "holds `: ` belongs in quotes"},
    {"question: a\n kind: b\n",
     "x.yml:2:6: this is not YAML: mapping values are not allowed in this context; a text that "
     "holds `: ` belongs in quotes"},
    {"params: {d: [4\n",
     "x.yml:2:1: this is not YAML: while parsing a flow sequence, did not find expected ',' or "
     "']'"},
    {"name: \"a\n",
     "x.yml:2:1: this is not YAML: while scanning a quoted scalar, found unexpected end of stream"},
    {"name: a\nkind\nquestion: b\n",
     "x.yml:3:1: this is not YAML: while scanning a simple key, could not find expected ':'; a "
     "line "
     "reads `key: value`"},
    {"name: a\nkind: \xff\n",
     "x.yml:2:7: this is not YAML: invalid leading UTF-8 octet (0xFF); save the file as UTF-8"},
    {"name: a\r\n\xc3\xa4\xc3\xa4: \xc3(\n",
     "x.yml:2:6: this is not YAML: invalid trailing UTF-8 octet (0x28); save the file as UTF-8"},
    {"name: a\nkind: b\x1b[31m\n",
     "x.yml:2:8: this is not YAML: control characters are not allowed (0x1B); remove it"},
    {"\x7f"
     "ELF\x02\x01\x01",
     "x.yml:1:1: this is not YAML: control characters are not allowed (0x7F); remove it"},
    {"\xff\xfen\1a\1",
     "x.yml:1:1: this is not YAML: invalid leading UTF-8 octet (0xFF); save the file as UTF-8"},
    {"%YAML 9.1\n---\nname: a\n", "x.yml:1:1: this is not YAML: found incompatible YAML document"},
};

static void test_refused_documents(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused_documents / sizeof *refused_documents; i++) {
    struct limen_error error = {0};
    struct limen_definition definition;
    assert_int_equal(parse(refused_documents[i].text, &definition, &error), LIMEN_USAGE);
    assert_string_equal(error.text, refused_documents[i].message);
    assert_int_equal(error.status, LIMEN_USAGE);
    assert_null(definition.path);
    assert_int_equal(parse(refused_documents[i].text, &definition, NULL), LIMEN_USAGE);
  }
}

/* ---- hostile documents that are too long to write out ---- */

/* `head`, then `count` times `piece`. */
static void expect_repeated(const char *head, const char *piece, size_t count,
                            const char *message) {
  struct limen_text text = {0};
  struct limen_error error = {0};
  struct limen_definition definition;
  limen_text_add(&text, head);
  for (size_t i = 0; i < count; i++) limen_text_add(&text, piece);
  assert_int_equal(limen_text_status(&text, NULL), LIMEN_OK);
  assert_int_equal(limen_definition_parse("x.yml", text.data, text.length, &definition, &error),
                   LIMEN_USAGE);
  assert_string_equal(error.text, message);
  limen_text_clear(&text);
}

static void test_hostile_documents(void **state) {
  (void)state;
  expect_repeated(
      "", "[", 1000000,
      "x.yml:1:1: a definition is made of `key: value` lines, such as `name: limit_k2`");
  expect_repeated("", "{", 1000000, "x.yml:1:2: a key is one word, not a list or a mapping");
  expect_repeated("", "? ", 500000, "x.yml:1:3: a key is one word, not a list or a mapping");
  expect_repeated(
      "", "- ", 500000,
      "x.yml:1:1: a definition is made of `key: value` lines, such as `name: limit_k2`");
  expect_repeated(HEAD "params: {d: ", "[", 1000000,
                  "x.yml:4:14: `d` holds a nested list; plain values belong here");
  expect_repeated(HEAD "params: {d: ", "{a: ", 250000,
                  "x.yml:4:13: `d` holds a nested mapping; plain values belong here");
  expect_repeated(HEAD "params:\n  d:\n    ", "- ", 500000,
                  "x.yml:6:7: `d` holds a nested list; plain values belong here");
  expect_repeated("", "#", (1 << 20) + 1,
                  "x.yml:1:1: 1048577 bytes are more than a definition may have (1048576); data "
                  "belongs in files of its own");
  expect_repeated("", "#", 1 << 20,
                  "x.yml:2:1: there is no definition here; a definition starts with `name:`");
  expect_repeated("a: &a [x,x,x]\nb: &b [*a,*a,*a]\n", "c: &c [*b,*b,*b]\n", 9,
                  "x.yml:1:1: unknown key `a`; a definition has the keys name, kind, question, "
                  "params, smoke, full, baseline; parameters stand under `params`");
  expect_repeated(HEAD "params:\n  a: &a [4, 4, 4]\n", "  b: [*a, *a, *a]\n", 30,
                  "x.yml:5:6: the anchor `a` is refused: a definition has no anchors and aliases; "
                  "write the value out");
}

static void test_too_many_keys_are_refused(void **state) {
  (void)state;
  struct limen_text text = {0};
  struct limen_error error = {0};
  struct limen_definition definition;
  limen_text_add(&text, HEAD "params:\n");
  for (int i = 0; i < 256; i++) limen_text_print(&text, " p%d: 4\n", i);
  assert_int_equal(limen_definition_parse("x.yml", text.data, text.length, &definition, &error),
                   LIMEN_OK);
  limen_definition_clear(&definition);
  limen_text_add(&text, " one_more: 4\n");
  assert_int_equal(limen_definition_parse("x.yml", text.data, text.length, &definition, &error),
                   LIMEN_USAGE);
  assert_string_equal(error.text,
                      "x.yml:261:2: more than 256 keys stand here; no kind has so many");
  limen_text_clear(&text);
}

/* ---- files ---- */

static void test_reads_from_a_file(void **state) {
  (void)state;
  char folder[] = "/tmp/limen-definition-XXXXXX", path[64], message[256];
  struct limen_error error = {0};
  struct limen_definition definition;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/a.yml", folder);

  assert_int_equal(limen_definition_read(path, &definition, &error), LIMEN_INPUT);
  snprintf(message, sizeof message, "cannot read %s: No such file or directory", path);
  assert_string_equal(error.text, message);
  assert_int_equal(limen_definition_read(folder, &definition, &error), LIMEN_INPUT);

  assert_int_equal(limen_file_write(path, good, sizeof good - 1, &error), LIMEN_OK);
  assert_int_equal(limen_definition_read(path, &definition, &error), LIMEN_OK);
  assert_string_equal(definition.path, path);
  assert_string_equal(definition.name, "limit_k2");
  limen_definition_clear(&definition);

  char *large = limen_alloc((1 << 20) + 1, 1, &error);
  assert_non_null(large);
  memset(large, '#', (1 << 20) + 1);
  assert_int_equal(limen_file_write(path, large, (1 << 20) + 1, &error), LIMEN_OK);
  limen_free(large);
  assert_int_equal(limen_definition_read(path, &definition, &error), LIMEN_USAGE);
  snprintf(message, sizeof message,
           "%s:1:1: 1048577 bytes are more than a definition may have (1048576); data belongs in "
           "files of its own",
           path);
  assert_string_equal(error.text, message);
  assert_int_equal(limen_folder_remove(folder, &error), LIMEN_OK);
}

/* ---- mutations ---- */

static size_t mutate(gsl_rng *rng, char *text, size_t length, size_t capacity) {
  static const char *const pieces[] = {"[",  "]",   "{",  "}",      ": ",  "\n", "\n  ", "- ",
                                       "&a", "*a",  "..", "*2",     "+1",  "\t", "\"",   "'",
                                       "|",  "? ",  "--", "---\n",  "!!a", "#",  "%",    "\xff",
                                       "\0", "1e9", "d",  "params", ",",   "\r", "null", "9..4"};
  size_t edits = 1 + gsl_rng_uniform_int(rng, 6);
  for (size_t e = 0; e < edits; e++) {
    size_t at = gsl_rng_uniform_int(rng, length + 1);
    const char *piece = pieces[gsl_rng_uniform_int(rng, sizeof pieces / sizeof *pieces)];
    size_t bytes = *piece ? strlen(piece) : 1, span = gsl_rng_uniform_int(rng, 40);
    switch (gsl_rng_uniform_int(rng, 4)) {
      case 0: /* insert */
        if (length + bytes > capacity) break;
        memmove(text + at + bytes, text + at, length - at);
        memcpy(text + at, piece, bytes);
        length += bytes;
        break;
      case 1: /* delete */
        if (span > length - at) span = length - at;
        memmove(text + at, text + at + span, length - at - span);
        length -= span;
        break;
      case 2: /* repeat what stands here */
        if (span > length - at) span = length - at;
        if (length + span > capacity) break;
        memmove(text + at + span, text + at, length - at);
        length += span;
        break;
      default: /* any byte */
        if (at < length) text[at] = (char)gsl_rng_uniform_int(rng, 256);
        break;
    }
  }
  return length;
}

static void test_mutated_documents(void **state) {
  (void)state;
  enum { ROUNDS = 20000, CAPACITY = 4096 };
  struct limen_error error;
  gsl_rng *rng = limen_rng_alloc(20, "mutated definitions", &error);
  size_t fine = 0, made = 0, refused = 0;
  assert_non_null(rng);
  for (size_t round = 0; round < ROUNDS; round++) {
    /* The exact size on the heap, so that the sanitizer sees a read past the end. */
    char text[CAPACITY];
    memcpy(text, good, sizeof good - 1);
    size_t length = mutate(rng, text, sizeof good - 1, CAPACITY);
    char *exact = malloc(length > 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    struct limen_definition definition;
    struct limen_grid grid;
    error = (struct limen_error){0};
    int status = limen_definition_parse("x.yml", exact, length, &definition, &error);
    free(exact);
    if (status == LIMEN_OK) {
      fine++;
      status = limen_grid_make(&definition, table, round % 3, NULL, 0, &grid, &error);
      if (status == LIMEN_OK) {
        made++;
        assert_true(limen_grid_points(&grid) >= 1);
        limen_grid_clear(&grid);
      }
      limen_definition_clear(&definition);
    }
    if (status != LIMEN_OK) {
      refused++;
      assert_int_equal(status, LIMEN_USAGE);
      assert_int_equal(strncmp(error.text, "x.yml:", 6), 0);
    }
  }
  /* All three ends are reached often, so the loop looks at more than the first byte. */
  assert_true(made > 1000 && fine - made > 500 && refused > 1000);
  limen_rng_free(rng);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reads_every_part),
      cmocka_unit_test(test_reads_a_small_file_with_a_byte_order_mark),
      cmocka_unit_test(test_refused_documents),
      cmocka_unit_test(test_hostile_documents),
      cmocka_unit_test(test_too_many_keys_are_refused),
      cmocka_unit_test(test_reads_from_a_file),
      cmocka_unit_test(test_mutated_documents),
  };
  return cmocka_run_group_tests_name("definition", tests, NULL, NULL);
}
