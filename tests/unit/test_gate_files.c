/* Per-query results in CSVs, baselines written and read again, and what is wrong with either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above. */
#include <cmocka.h>
#include <jansson.h>

#include "gate/baseline.h"
#include "gate/values.h"
#include "unit/gate_world.h"
#include "unit/scratch.h"

/* The content of a file, released by free. */
static char *text_of(const char *name) {
  size_t count;
  char *bytes = get_file(at(name), &count), *copy = strdup(bytes);
  limen_free(bytes);
  return copy;
}

/* ---- CSV ---- */

static const struct limen_csv_wishes plain = {0};

static void put(const char *name, const char *text) { put_file(at(name), text, strlen(text)); }

static void test_csv(void **state) {
  struct limen_measured measured = {0};
  (void)state;
  put("found.csv",
      "build,query,value\n"
      "b2,q1,0.32\n"
      "b1,\"q, 2\",0.57\n"
      "b1,q1,1\r\n"
      "b2,\"q, 2\",0.11\n");
  assert_int_equal(limen_measured_csv(at("found.csv"), &plain, &measured, NULL), LIMEN_OK);
  put("more.csv",
      "build,query,value,metric\n"
      "0,\"say \"\"a\"\"\",320,distances\n"
      "0,b,57,distances\n"
      "0,b,0.57,recall\n"
      "0,c,0.11,recall\n");
  const char *lower[] = {"distances"};
  const struct limen_csv_wishes wishes = {lower, 1, true};
  assert_int_equal(limen_measured_csv(at("more.csv"), &wishes, &measured, NULL), LIMEN_OK);
  assert_int_equal(measured.count, 3);
  assert_string_equal(measured.source, at("found.csv"));
  assert_string_equal(measured.experiment, "results");

  const struct limen_number *found = limen_measured_find(&measured, "found");
  assert_non_null(found);
  assert_string_equal(found->unit, "share");
  assert_true(found->higher_is_better && found->sample.drawn && found->sample.within == 1);
  assert_true(found->sample.builds == 2 && found->sample.queries == 2 && found->n == 4);
  near(found->value, 0.5, 1e-15);
  /* Builds and queries by the bytes of their names: "q, 2" before "q1". */
  static const double wanted[] = {0.57, 1, 0.11, 0.32};
  for (size_t i = 0; i < 4; i++) near(found->sample.values[i], wanted[i], 0);
  assert_int_equal(strlen(found->sample.asked), LIMEN_HASH_SIZE - 1);
  assert_int_equal(strlen(found->sample.answers), LIMEN_HASH_SIZE - 1);
  assert_string_equal(found->sample.data, "");
  assert_true(found->lower >= 0 && found->upper <= 1 && found->lower < 0.5 && found->upper > 0.5);

  const struct limen_number *distances = limen_measured_find(&measured, "distances");
  assert_string_equal(distances->unit, "value");
  assert_false(distances->higher_is_better || distances->sample.drawn);
  near(distances->value, 188.5, 1e-12);
  limen_measured_clear(&measured);
}

/* Lines in another order are the same results; another value is not; values that are all alike say
 * nothing of the answers. */
static void test_csv_identity(void **state) {
  struct limen_measured a = {0}, b = {0}, c = {0}, d = {0};
  (void)state;
  for (const char *const *name = (const char *const[]){"a", "b", "c", "d", NULL}; *name; name++)
    assert_int_equal(limen_folder_make(at(*name), NULL), LIMEN_OK);
  put("a/m.csv", "build,query,value\n1,x,0.5\n1,y,0.25\n");
  put("b/m.csv", "build,query,value\n1,y,0.25\n\n1,x,0.5\n");
  put("c/m.csv", "build,query,value\n1,y,0.5\n1,z,0.5\n");
  put("d/m.csv", "build,query,value\n1,y,0.25\n1,x,0.75\n");
  assert_int_equal(limen_measured_csv(at("a/m.csv"), &plain, &a, NULL), LIMEN_OK);
  assert_int_equal(limen_measured_csv(at("b/m.csv"), &plain, &b, NULL), LIMEN_OK);
  assert_int_equal(limen_measured_csv(at("c/m.csv"), &plain, &c, NULL), LIMEN_OK);
  assert_int_equal(limen_measured_csv(at("d/m.csv"), &plain, &d, NULL), LIMEN_OK);
  assert_string_equal(a.number[0].sample.answers, b.number[0].sample.answers);
  assert_string_equal(a.number[0].sample.asked, b.number[0].sample.asked);
  assert_string_equal(a.number[0].sample.asked, d.number[0].sample.asked);
  assert_string_not_equal(a.number[0].sample.answers, d.number[0].sample.answers);
  assert_string_equal(c.number[0].sample.answers, "");
  assert_string_not_equal(a.number[0].sample.asked, c.number[0].sample.asked);
  limen_measured_clear(&a);
  limen_measured_clear(&b);
  limen_measured_clear(&c);
  limen_measured_clear(&d);
}

static void test_csv_refused(void **state) {
  static const struct {
    const char *text, *says;
  } cases[] = {
      {"", "it is empty"},
      {"\n\n", "there is nothing in it"},
      {"build,query\n1,2\n", ".csv:1: the first line must be build,query,value or "},
      {"query,build,value\n1,2,3\n", ".csv:1: the first line must be"},
      {"build,query,value,metric,more\n", ".csv:1: the first line must be"},
      {"build,query,value\n", "there are no values in it"},
      {"build,query,value\n1,x\n", ".csv:2: 2 fields where the head has 3"},
      {"build,query,value\n1,x,0.5,recall\n", ".csv:2: 4 fields where the head has 3"},
      {"build,query,value\n1,\"x,0.5\n", ".csv:2: 0 fields where the head has 3"},
      {"build,query,value\n1,\"x\"y,0.5\n", ".csv:2: 0 fields where the head has 3"},
      {"build,query,value\n1,x,half\n", "half"},
      {"build,query,value\n1,x,nan\n", "nan"},
      {"build,query,value\n,x,0.5\n", ".csv:2: "},
      {"build,query,value\n1,,0.5\n", ".csv:2: "},
      {"build,query,value,metric\n1,x,0.5,\n", ".csv:2: "},
      {"build,query,value\n1,x,0.5\n1,y,0.5\n1,x,0.25\n",
       ".csv:4: bad of build 1 and query x stands in line 2 already"},
      {"build,query,value\n1,x,0.5\n1,y,0.5\n2,x,0.25\n",
       "build 2 has no bad for query y; every build must answer every query, with 0 where it found "
       "nothing"},
      {"build,query,value\n1,x,0.5\n", "bad: at least 1 build and 2 queries are needed; 1 and 1"},
      {"build,query,value\n1,x,0.5\n1,y,\xff\n", ".csv:3: "},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_measured measured = {0};
    struct limen_error error = {0};
    put("bad.csv", cases[i].text);
    if (limen_measured_csv(at("bad.csv"), &plain, &measured, &error) != LIMEN_INPUT)
      fail_msg("case %zu: %s", i, error.text);
    says(&error, "bad.csv");
    says(&error, cases[i].says);
    limen_measured_clear(&measured);
  }
}

static void test_csv_refused_together(void **state) {
  struct limen_measured measured = {0};
  struct limen_error error = {0};
  const struct limen_csv_wishes fixed = {.deterministic = true};
  (void)state;
  put("m.csv", "build,query,value\n1,x,0.5\n1,y,0.25\n2,x,0.5\n2,y,0.5\n");
  assert_int_equal(limen_measured_csv(at("m.csv"), &fixed, &measured, &error), LIMEN_INPUT);
  says(&error, "m.csv has 2 builds of m; with --deterministic there is one");
  assert_int_equal(limen_measured_csv(at("m.csv"), &plain, &measured, NULL), LIMEN_OK);
  assert_int_equal(limen_measured_csv(at("m.csv"), &plain, &measured, &error), LIMEN_INPUT);
  says(&error, "an earlier file has the metric m already; give it another name");
  assert_int_equal(limen_measured_csv(at("none.csv"), &plain, &measured, &error), LIMEN_INPUT);
  says(&error, "none.csv");
  limen_measured_clear(&measured);
  /* A thousand builds, each with a query of its own: a million places are not asked for. */
  struct limen_text text = {0};
  limen_text_add(&text, "build,query,value\n");
  for (int i = 0; i < 1000; i++) limen_text_print(&text, "b%d,q%d,1\n", i, i);
  put("sparse.csv", limen_text_string(&text));
  limen_text_clear(&text);
  assert_int_equal(limen_measured_csv(at("sparse.csv"), &plain, &measured, &error), LIMEN_INPUT);
  says(&error, "1000 values of sparse for 1000 builds and 1000 queries");
  limen_measured_clear(&measured);
}

/* ---- values ---- */

static void expect_kept(const double *values, size_t builds, size_t queries, const char *as, int of,
                        double tolerance) {
  double *back = NULL;
  size_t b = 0, q = 0;
  json_t *object = limen_values_to_json(values, builds, queries, NULL);
  assert_non_null(object);
  assert_string_equal(json_string_value(json_object_get(object, "as")), as);
  assert_int_equal(json_integer_value(json_object_get(object, "of")), of);
  assert_int_equal(limen_values_from_json(object, &back, &b, &q, NULL), LIMEN_OK);
  assert_true(b == builds && q == queries);
  for (size_t i = 0; i < builds * queries; i++)
    near(back[i], values[i], tolerance * fmax(1, fabs(values[i])));
  limen_free(back);
  json_decref(object);
}

static void test_values(void **state) {
  static double hits[3000];
  (void)state;
  for (size_t i = 0; i < 3000; i++) hits[i] = (double)(i % 7 + 4) / 10;
  expect_kept(hits, 3, 1000, "ratio", 10, 0);
  for (size_t i = 0; i < 3000; i++) hits[i] = (double)(i % 7 + 5) / 12;
  expect_kept(hits, 1, 3000, "ratio", 12, 0);
  for (size_t i = 0; i < 3000; i++) hits[i] = (double)(250 + i % 57);
  expect_kept(hits, 3000, 1, "ratio", 1, 0);
  hits[5] = 65536;
  expect_kept(hits, 5, 600, "float32", 1, 1e-7);
  hits[5] = -0.11;
  expect_kept(hits, 5, 600, "float32", 1, 1e-7);
  expect_kept((const double[]){0.57}, 1, 1, "ratio", 100, 0);
  expect_kept((const double[]){M_PI / 4}, 1, 1, "float32", 1, 1e-7);
}

/* Hits of ten take a few bits each, not the seventeen digits that JSON would spell. */
static void test_values_are_small(void **state) {
  static double hits[20000];
  gsl_rng *rng = limen_rng_alloc(1, "gate/small", NULL);
  (void)state;
  for (size_t i = 0; i < 20000; i++) hits[i] = (double)gsl_ran_binomial(rng, 0.93, 10) / 10;
  limen_rng_free(rng);
  json_t *object = limen_values_to_json(hits, 5, 4000, NULL);
  assert_true(json_string_length(json_object_get(object, "base64")) < 10000);
  json_decref(object);
}

static void refuse_values(const char *text, const char *words) {
  double *values = NULL;
  size_t builds, queries;
  struct limen_error error = {0};
  json_error_t reason;
  json_t *object = json_loads(text, 0, &reason);
  if (!object) fail_msg("%s: %s", text, reason.text);
  assert_int_equal(limen_values_from_json(object, &values, &builds, &queries, &error), LIMEN_INPUT);
  says(&error, words);
  assert_null(values);
  json_decref(object);
}

static void test_values_refused(void **state) {
  (void)state;
#define VALUES(builds, queries, as, of, packed, base64)                            \
  "{\"builds\": " builds ", \"queries\": " queries ", \"as\": " as ", \"of\": " of \
  ", \"packed\": " packed ", \"base64\": " base64 "}"
  refuse_values("[]", "Expected object");
  refuse_values("{}", "Object item not found: builds");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "1", "\"AAAA\""), "Expected true or false");
  refuse_values(VALUES("0", "2", "\"ratio\"", "10", "false", "\"AAAA\""),
                "0 builds of 2 queries cannot be");
  refuse_values(VALUES("1", "-2", "\"ratio\"", "10", "false", "\"AAAA\""),
                "1 builds of -2 queries cannot be");
  refuse_values(VALUES("70000", "70000", "\"ratio\"", "10", "false", "\"AAAA\""), "cannot be");
  refuse_values(VALUES("9223372036854775807", "2", "\"ratio\"", "1", "true", "\"AAAA\""),
                "cannot be");
  refuse_values(VALUES("1", "2", "\"double\"", "10", "false", "\"AAAA\""),
                "\"as\" is \"double\"; ratio or float32 is needed");
  refuse_values(VALUES("1", "2", "\"ratio\"", "0", "false", "\"AAAA\""),
                "\"of\" is 0; 1 to 5040 is needed");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "false", "\"A(AA\""),
                "\"base64\" is not base64 from byte 1 on");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "false", "\"\""), "is not base64");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "false", "\"AAA\""), "is not base64");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "false", "\"A===\""), "is not base64");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "false", "\"AAAA\""),
                "3 bytes where the values take 4");
  refuse_values(VALUES("1", "2", "\"ratio\"", "10", "true", "\"AAAA\""),
                "3 packed bytes do not unpack to 4");
  refuse_values(VALUES("1000", "100000", "\"ratio\"", "10", "true", "\"AAAA\""),
                "3 bytes cannot be 200000000 packed ones");
  refuse_values(VALUES("1", "1", "\"float32\"", "1", "false", "\"AADAfw==\""), /* NaN */
                "value 1 of 1 is not finite");
}

/* ---- baselines ---- */

static void fill(struct limen_measured *measured) {
  static const double hits[] = {0.5, 1, 0.75, 0.25, 1, 1};
  start(measured, "reports/mine");
  struct limen_number *number = put_sample(measured, "recall/ef=1", hits, 2, 3, true);
  number->lower = 0.57;
  number->upper = 0.91;
  number->n = 6;
  memset(number->sample.data, 'd', LIMEN_HASH_SIZE - 1);
  memset(number->sample.answers, '1', LIMEN_HASH_SIZE - 1);
  number = put_number(measured, "certified_n/d=4", "documents", 9, 9, NAN);
  number->higher_is_better = false;
  assert_int_equal(limen_settings_add(&measured->definition, "ef", "1, 2", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&measured->inputs, "my.fvecs", "c0ffee", NULL), LIMEN_OK);
  assert_int_equal(limen_settings_add(&measured->machine, "cpu", "a \"fast\" one", NULL), LIMEN_OK);
}

static void test_baseline(void **state) {
  struct limen_measured measured, back;
  (void)state;
  fill(&measured);
  assert_int_equal(limen_baseline_write(at("b.json"), &measured, NULL, "2026-01-31", NULL),
                   LIMEN_OK);
  assert_int_equal(limen_baseline_read(at("b.json"), &back, NULL), LIMEN_OK);
  assert_int_equal(back.count, 2);
  assert_string_equal(back.experiment, "mine");
  assert_string_equal(back.source, at("b.json"));
  assert_string_equal(limen_settings_find(&back.definition, "ef"), "1, 2");
  assert_string_equal(limen_settings_find(&back.inputs, "my.fvecs"), "c0ffee");
  assert_string_equal(limen_settings_find(&back.machine, "cpu"), "a \"fast\" one");
  for (size_t i = 0; i < 2; i++) {
    const struct limen_number *a = &measured.number[i], *b = &back.number[i];
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->unit, b->unit);
    assert_true(a->higher_is_better == b->higher_is_better && a->n == b->n);
    near(b->value, a->value, 1e-11);
    near(b->lower, a->lower, 1e-11);
    assert_string_equal(a->sample.data, b->sample.data);
    assert_string_equal(a->sample.asked, b->sample.asked);
    assert_string_equal(a->sample.answers, b->sample.answers);
    assert_int_equal(a->sample.builds, b->sample.builds);
    assert_int_equal(a->sample.drawn, b->sample.drawn);
    for (size_t j = 0; j < a->sample.builds * a->sample.queries; j++)
      near(a->sample.values[j], b->sample.values[j], 0);
  }
  assert_true(isnan(back.number[1].upper));
  assert_null(back.number[1].sample.values);
  limen_measured_clear(&measured);
  limen_measured_clear(&back);
}

/* Reasons pile up in the file, with their dates. */
static void test_reasons(void **state) {
  struct limen_measured measured;
  struct limen_error error;
  (void)state;
  fill(&measured);
  put("other.json", "{}");
  assert_int_equal(limen_baseline_write(at("b.json"), &measured, NULL, "2026-01-31", NULL),
                   LIMEN_OK);
  assert_int_equal(limen_baseline_write(at("b.json"), &measured, NULL, "2026-02-01", &error),
                   LIMEN_USAGE);
  says(&error, "b.json is there already; say with --reason why it is to be replaced");
  assert_int_equal(
      limen_baseline_write(at("b.json"), &measured, "M was raised", "2026-02-01", NULL), LIMEN_OK);
  char *text = text_of("b.json");
  const char *first = strstr(text, "first baseline"), *second = strstr(text, "M was raised");
  assert_true(first && second && first < second && strstr(text, "2026-01-31") < first);
  free(text);
  struct limen_measured back;
  assert_int_equal(limen_baseline_read(at("b.json"), &back, NULL), LIMEN_OK);
  assert_int_equal(back.accepted.count, 2);
  assert_string_equal(back.accepted.setting[0].value, "first baseline");
  assert_string_equal(back.accepted.setting[1].name, "2026-02-01");
  assert_string_equal(back.accepted.setting[1].value, "M was raised");
  limen_measured_clear(&back);
  assert_int_equal(limen_baseline_write(at("other.json"), &measured, "why", "2026-02-01", &error),
                   LIMEN_INPUT);
  says(&error,
       "this is no baseline: it has no \"schema\"; `limen accept` writes one; no baseline "
       "is written over a file that is none");
  expect_file(at("other.json"), "{}");
  assert_int_equal(limen_baseline_write(at("c.json"), &measured, "\xff", "2026-02-01", &error),
                   LIMEN_USAGE);
  says(&error, "--reason is not UTF-8");
  limen_free(measured.number[0].name);
  measured.number[0].name = limen_copy_text("recall/data=\xff", NULL);
  assert_int_equal(limen_baseline_write(at("c.json"), &measured, "why", "2026-02-01", &error),
                   LIMEN_INPUT);
  says(&error, "this name is not UTF-8, and a baseline cannot hold it");
  limen_measured_clear(&measured);
  start(&measured, "reports/mine");
  assert_int_equal(limen_baseline_write(at("c.json"), &measured, "why", "2026-02-01", &error),
                   LIMEN_INPUT);
  says(&error, "reports/mine has no headline number to accept; is the run finished?");
  assert_false(limen_file_exists(at("c.json")));
  limen_measured_clear(&measured);
}

/* One place of a good baseline replaced by something else. */
static void refuse(const char *from, const char *to, const char *words) {
  struct limen_measured measured;
  struct limen_error error = {0};
  struct limen_text changed = {0};
  fill(&measured);
  assert_int_equal(limen_baseline_write(at("r.json"), &measured, "again", "2026-01-31", NULL),
                   LIMEN_OK);
  limen_measured_clear(&measured);
  char *text = text_of("r.json"), *place = strstr(text, from);
  if (!place) fail_msg("no %s in %s", from, text);
  limen_text_add_bytes(&changed, text, (size_t)(place - text));
  limen_text_add(&changed, to);
  limen_text_add(&changed, place + strlen(from));
  put("r.json", limen_text_string(&changed));
  if (limen_baseline_read(at("r.json"), &measured, &error) != LIMEN_INPUT)
    fail_msg("%s for %s is taken", to, from);
  says(&error, "r.json");
  says(&error, words);
  assert_null(measured.number);
  limen_text_clear(&changed);
  free(text);
  remove(at("r.json"));
}

static void test_baseline_refused(void **state) {
  struct limen_measured measured;
  struct limen_error error;
  (void)state;
  assert_int_equal(limen_baseline_read(at("none.json"), &measured, &error), LIMEN_INPUT);
  says(&error, "none.json");
  refuse("\"schema\": 1", "\"schema\": 2",
         "a baseline of schema 2, and this program reads 1; `limen accept` writes one anew");
  refuse("\"schema\": 1,", "", "this is no baseline: it has no \"schema\"");
  refuse("\"schema\": 1,", "\"schema\" 1,", "r.json:2:");
  refuse("\"schema\": 1,", "\"schema\": 1, \"schema\": 1,", "duplicate");
  refuse("\"experiment\": \"mine\"", "\"experiment\": 3", "\"experiment\" is no text");
  refuse("\"experiment\": \"mine\"", "\"experiment\": \"\\u001b[31m\"",
         "\"experiment\" holds control characters or is too long");
  refuse("\"parameters\": {", "\"other\": {", "\"parameters\" is missing");
  refuse("\"cpu\"", "\"c\\u0007\"", "machine: a name holds control characters");
  refuse("\"c0ffee\"", "true", "inputs: \"my.fvecs\" is no text");
  refuse("\"machine\": {", "\"machine\": [{", "r.json:");
  refuse("\"numbers\": [", "\"others\": [", "\"numbers\" is missing");
  refuse("\"name\": \"recall/ef=1\"", "\"name\": \"\"", "numbers[0]: \"name\" is empty");
  refuse("\"name\": \"recall/ef=1\"", "\"name\": \"certified_n/d=4\"",
         "numbers[1]: certified_n/d=4 stands there twice");
  refuse("\"value\": 0.75", "\"value\": \"0.75\"",
         "numbers[0]: \"value\" is neither a number nor null");
  refuse("\"value\": 0.75", "\"value\": null", "numbers[0]: \"value\" is null");
  refuse("\"value\": 0.75", "\"value\": 0.85",
         "numbers[0]: \"value\" is 0.85, and the mean of its values 0.75; was it changed by hand?");
  refuse("\"lower\": 0.57", "\"lower\": 0.8",
         "numbers[0]: the value 0.75 is not between its bounds 0.8 and 0.91");
  refuse("\"better\": \"higher\"", "\"better\": \"more\"",
         "numbers[0]: \"better\" is \"more\"; higher or lower is needed");
  refuse("\"unit\": \"share\",", "", "numbers[0]: \"unit\" is missing");
  refuse("\"n\": 6", "\"n\": -6", "numbers[0]: \"n\" is no whole number from 0 up");
  refuse("\"n\": 6,", "", "numbers[0]: \"n\" is missing");
  refuse("\"data\": \"d", "\"data\": \"z",
         "numbers[0]: \"data\" is not the 64 digits of a SHA-256");
  refuse("\"drawn\": true", "\"drawn\": 1", "numbers[0]: \"drawn\" is neither true nor false");
  refuse("\"within\": 1", "\"within\": 0",
         "numbers[0]: \"within\" is 0, which is no number of queries");
  refuse("\"accepted\": [", "\"accepted\": 3, \"others\": [", "r.json: \"accepted\" is no list");
  refuse("\"date\": \"2", "\"date\": \"x",
         "r.json: accepted[0]: a \"date\" such as 2026-01-31 and a \"reason\" are needed");
  refuse("\"reason\": \"", "\"why\": \"", "accepted[0]: a \"date\" such as");
  refuse("\"as\": \"ratio\"", "\"as\": \"x\"", "numbers[0]: values: \"as\" is \"x\"");
  put("n.json",
      "{\"schema\": 1, \"experiment\": \"x\", \"definition\": {\"parameters\": {}}, \"inputs\": "
      "{}, "
      "\"machine\": {}, \"numbers\": []}");
  assert_int_equal(limen_baseline_read(at("n.json"), &measured, &error), LIMEN_INPUT);
  says(&error, "n.json: \"numbers\" is empty");
  put("n.json",
      "{\"schema\": 1, \"experiment\": \"x\", \"definition\": {\"parameters\": {}}, \"inputs\": "
      "{}, "
      "\"machine\": {}, \"numbers\": [3]}");
  assert_int_equal(limen_baseline_read(at("n.json"), &measured, &error), LIMEN_INPUT);
  says(&error, "n.json: numbers[0]: it is no object");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_csv),
      TEST(test_csv_identity),
      TEST(test_csv_refused),
      TEST(test_csv_refused_together),
      TEST(test_values),
      TEST(test_values_are_small),
      TEST(test_values_refused),
      TEST(test_baseline),
      TEST(test_reasons),
      TEST(test_baseline_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
