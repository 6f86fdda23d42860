/* Parameters: single values as people write them, and the words of messages about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "definition/describe.h"
#include "definition/words.h"
#include "unit/definition_table.h"

/* ---- values ---- */

static void test_integers_are_exact(void **state) {
  (void)state;
  const struct limen_parameter wide = {
      .name = "n", .type = LIMEN_INTEGER, .min = -INFINITY, .max = INFINITY};
  const struct {
    const char *text;
    int64_t value;
  } cases[] = {{"8", 8},
               {"+8", 8},
               {"-17", -17},
               {"007", 7},
               {"1e5", 100000},
               {"1E+05", 100000},
               {"2.50e3", 2500},
               {"4.0", 4},
               {"1200e-2", 12},
               {"-0", 0},
               {"0e99999", 0},
               {"000.000", 0},
               {"9007199254740993", 9007199254740993},
               {"9223372036854775807", INT64_MAX},
               {"-9223372036854775807", -INT64_MAX},
               {"1000000000000000000000000e-20", 10000}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_value value;
    assert_int_equal(limen_value_parse(&wide, cases[i].text, &value, NULL), LIMEN_OK);
    assert_int_equal(value.type, LIMEN_INTEGER);
    assert_true(value.as.integer == cases[i].value);
  }
}

static void test_reals(void **state) {
  (void)state;
  const struct limen_parameter wide = {
      .name = "x", .type = LIMEN_REAL, .min = -INFINITY, .max = INFINITY};
  const struct {
    const char *text;
    double value;
  } cases[] = {{"0.1", 0.1},   {"-3.25", -3.25}, {".5", 0.5},        {"5.", 5},
               {"1e-5", 1e-5}, {"1e308", 1e308}, {"5e-324", 5e-324}, {"0", 0},
               {"1e5", 1e5},   {"+0.57", 0.57},  {"0e-999", 0}};
  struct limen_value value;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(limen_value_parse(&wide, cases[i].text, &value, NULL), LIMEN_OK);
    assert_true(value.as.real == cases[i].value);
  }
  assert_int_equal(limen_value_parse(&wide, "-0", &value, NULL), LIMEN_OK);
  assert_false(signbit(value.as.real));
}

#define NOT_A_NUMBER(text) \
  "`d` cannot be `" text "`, which is not a number; valid: an integer from 1 to 4096"
#define TAU(rest) "`tau` cannot be " rest "; valid: a number above 0"

static const struct {
  const char *name, *text, *message;
} refused_values[] = {
    {"d", "8x", NOT_A_NUMBER("8x")},
    {"d", " 8", NOT_A_NUMBER(" 8")},
    {"d", "8 ", NOT_A_NUMBER("8 ")},
    {"d", "0x10", NOT_A_NUMBER("0x10")},
    {"d", "nan", NOT_A_NUMBER("nan")},
    {"d", "1e", NOT_A_NUMBER("1e")},
    {"d", "e5", NOT_A_NUMBER("e5")},
    {"d", "1e5.0", NOT_A_NUMBER("1e5.0")},
    {"d", "--4", NOT_A_NUMBER("--4")},
    {"d", "1_000", NOT_A_NUMBER("1_000")},
    {"d", ".", NOT_A_NUMBER(".")},
    {"d", "", "`d` cannot be empty; valid: an integer from 1 to 4096"},
    {"d", "4.5",
     "`d` cannot be `4.5`, which is not a whole number; valid: an integer from 1 to 4096"},
    {"d", "1e-3",
     "`d` cannot be `1e-3`, which is not a whole number; valid: an integer from 1 to 4096"},
    {"d", "3.14159265358979323846264338",
     "`d` cannot be `3.14159265358979323846264338`, which is not a whole number; valid: an integer "
     "from 1 to 4096"},
    {"d", "9223372036854775808",
     "`d` cannot be `9223372036854775808`, which is beyond what the machine can hold; valid: an "
     "integer from 1 to 4096"},
    {"d", "1e999999999999",
     "`d` cannot be `1e999999999999`, which is beyond what the machine can hold; valid: an integer "
     "from 1 to 4096"},
    {"d", "123456789012345678901234",
     "`d` cannot be `123456789012345678901234`, which is beyond what the machine can hold; valid: "
     "an "
     "integer from 1 to 4096"},
    {"d", "0", "`d` cannot be `0`; valid: an integer from 1 to 4096"},
    {"d", "4097", "`d` cannot be `4097`; valid: an integer from 1 to 4096"},
    {"tau", "0", TAU("`0`")},
    {"tau", "-0.1", TAU("`-0.1`")},
    {"tau", "inf", TAU("`inf`, which is not a number")},
    {"tau", "NaN", TAU("`NaN`, which is not a number")},
    {"tau", "0x1p-3", TAU("`0x1p-3`, which is not a number")},
    {"tau", "0,1", TAU("`0,1`, which is not a number")},
    {"tau", "1e309", TAU("`1e309`, which is beyond what the machine can hold")},
    {"tau", "1e-400", TAU("`1e-400`, which is beyond what the machine can hold")},
    {"tau", "", TAU("empty")},
    {"rate", "1.5", "`rate` cannot be `1.5`; valid: a number from 0 to 1"},
    {"loss", "infonc",
     "`loss` cannot be `infonc`; valid: one of: infonce, infonce_sum, sigmoid, "
     "hinge; did you mean `infonce`?"},
    {"loss", "Hinge",
     "`loss` cannot be `Hinge`; valid: one of: infonce, infonce_sum, sigmoid, hinge; "
     "did you mean `hinge`?"},
    {"loss", "triplet",
     "`loss` cannot be `triplet`; valid: one of: infonce, infonce_sum, sigmoid, "
     "hinge"},
    {"loss", "", "`loss` cannot be empty; valid: one of: infonce, infonce_sum, sigmoid, hinge"},
    {"source", "a\x1b[2J",
     "`source` cannot be `a?[2J`, which holds a control character or is not "
     "UTF-8; valid: a text"},
    {"source", "\xc3(",
     "`source` cannot be `?(`, which holds a control character or is not UTF-8; "
     "valid: a text"},
};

static void test_refused_values(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused_values / sizeof *refused_values; i++) {
    struct limen_error error = {0};
    struct limen_value value;
    ptrdiff_t at = limen_parameter_find(table, refused_values[i].name);
    assert_true(at >= 0);
    assert_int_equal(limen_value_parse(&table[at], refused_values[i].text, &value, &error),
                     LIMEN_USAGE);
    assert_string_equal(error.text, refused_values[i].message);
  }
}

static void test_an_empty_text_is_a_value_only_as_the_default(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_value value;
  struct limen_parameter file = {.name = "file", .type = LIMEN_STRING, .fallback = ""};
  assert_int_equal(limen_value_parse(&file, "", &value, &error), LIMEN_OK);
  assert_string_equal(value.as.string, "");
  file.fallback = "a.npy";
  assert_int_equal(limen_value_parse(&file, "", &value, &error), LIMEN_USAGE);
  assert_string_equal(error.text, "`file` cannot be empty; valid: a text");
}

static void test_a_word_for_zero(void **state) {
  (void)state;
  const struct limen_parameter rows = {
      .name = "n", .type = LIMEN_INTEGER, .min = 0, .max = 9, .zero = "all"};
  struct limen_error error = {0};
  struct limen_value value;
  assert_int_equal(limen_value_parse(&rows, "all", &value, &error), LIMEN_OK);
  assert_int_equal(value.as.integer, 0);
  assert_int_equal(limen_value_parse(&rows, "al", &value, &error), LIMEN_USAGE);
  assert_non_null(strstr(error.text, "an integer from 0 to 9, or all for 0"));
}

static void test_a_path_is_a_file_or_a_name(void **state) {
  (void)state;
  const struct limen_parameter data = {
      .name = "data", .type = LIMEN_PATH, .fallback = "", .choices = loss_name};
  const struct {
    const char *text, *label;
    bool file;
  } cases[] = {{"hinge", "hinge", false},
               {"", "", false},
               {"a/b/hinge", "hinge", true},
               {"x.npy", "x.npy", true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_value value;
    struct limen_text label = {0};
    assert_int_equal(limen_value_parse(&data, cases[i].text, &value, NULL), LIMEN_OK);
    assert_int_equal(limen_value_is_file(&data, &value), cases[i].file);
    limen_value_label(&value, &label);
    assert_string_equal(limen_text_string(&label), cases[i].label);
    limen_text_clear(&label);
  }
}

static const char *printed(const struct limen_value *value, struct limen_text *text) {
  text->length = 0;
  limen_value_print(value, text);
  return limen_text_string(text);
}

static void test_values_print_and_read_back(void **state) {
  (void)state;
  struct limen_text text = {0};
  const struct limen_value values[] = {
      {.type = LIMEN_INTEGER, .as.integer = -12345678901234567},
      {.type = LIMEN_REAL, .as.real = 0.1},
      {.type = LIMEN_REAL, .as.real = 1e-5},
      {.type = LIMEN_REAL, .as.real = 1.0 / 3},
      {.type = LIMEN_STRING, .as.string = "a b"},
  };
  const char *const words[] = {"-12345678901234567", "0.1", "1e-05", "0.3333333333333333", "a b"};
  for (size_t i = 0; i < 5; i++) {
    const struct limen_parameter wide = {
        .name = "x", .type = values[i].type, .min = -INFINITY, .max = INFINITY};
    struct limen_value back;
    assert_string_equal(printed(&values[i], &text), words[i]);
    assert_int_equal(limen_value_parse(&wide, text.data, &back, NULL), LIMEN_OK);
    assert_true(limen_value_equal(&values[i], &back));
    assert_false(limen_value_equal(&values[i], &values[(i + 1) % 5]));
  }
  assert_true(limen_value_number(&values[1]) == 0.1);
  limen_text_clear(&text);
}

static void test_ranges_in_words(void **state) {
  (void)state;
  const struct {
    struct limen_parameter parameter;
    const char *words;
  } cases[] = {
      {{.type = LIMEN_INTEGER, .min = 1, .max = 4096}, "an integer from 1 to 4096"},
      {{.type = LIMEN_INTEGER, .min = 1, .max = (double)INT64_MAX}, "an integer of at least 1"},
      {{.type = LIMEN_INTEGER, .min = -INFINITY, .max = 7}, "an integer of at most 7"},
      {{.type = LIMEN_INTEGER, .min = -INFINITY, .max = INFINITY}, "an integer"},
      {{.type = LIMEN_REAL, .min = 0, .max = INFINITY, .above_min = true}, "a number above 0"},
      {{.type = LIMEN_REAL, .min = 0.11, .max = 0.57, .above_min = true},
       "a number above 0.11 and at most 0.57"},
      {{.type = LIMEN_INTEGER, .max = 9, .zero = "all"}, "an integer from 0 to 9, or all for 0"},
      {{.type = LIMEN_STRING}, "a text"},
      {{.type = LIMEN_PATH}, "a file"},
      {{.type = LIMEN_PATH, .choices = loss_name},
       "a file, or one of: infonce, infonce_sum, sigmoid, hinge"},
      {{.type = LIMEN_CHOICE, .choices = loss_name},
       "one of: infonce, infonce_sum, sigmoid, hinge"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct limen_text text = {0};
    limen_parameter_print_range(&cases[i].parameter, &text);
    assert_string_equal(limen_text_string(&text), cases[i].words);
    limen_text_clear(&text);
  }
}

/* ---- words ---- */

static void test_nearest(void **state) {
  (void)state;
  assert_string_equal(limen_nearest("hinge", loss_name), "hinge");
  assert_string_equal(limen_nearest("higne", loss_name), "hinge");
  assert_string_equal(limen_nearest("infonce_sun", loss_name), "infonce_sum");
  assert_string_equal(limen_nearest("INFONCE", loss_name), "infonce");
  assert_string_equal(limen_nearest("sigmod", loss_name), "sigmoid");
  assert_null(limen_nearest("", loss_name));
  assert_null(limen_nearest("x", loss_name));
  assert_null(limen_nearest("margin", loss_name));
  assert_null(limen_nearest("hingehingehingehingehingehingehingehingehingehingehingehingehinge",
                            loss_name));
}

static void test_quotes_are_cut_between_characters(void **state) {
  (void)state;
  char out[LIMEN_WORDS_SIZE], text[80];
  assert_string_equal(limen_words_quote("a\nb", out), "`a?b`");
  memset(text, 'x', sizeof text);
  memcpy(text + 59, "\xc3\xa4", 2);
  text[79] = '\0';
  limen_words_quote(text, out);
  assert_int_equal(strlen(out), 59 + 5);
  assert_string_equal(out + 58, "xx...`");
}

static void test_plain_texts(void **state) {
  (void)state;
  const struct {
    const char *text;
    bool plain;
  } cases[] = {{"", true},
               {"abc \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", true},
               {"\xf4\x8f\xbf\xbf", true},
               {"\xf4\x90\x80\x80", false}, /* past U+10FFFF */
               {"\xed\xa0\x80", false},     /* a surrogate */
               {"\xc0\xaf", false},         /* overlong */
               {"\xe0\x80\xaf", false},
               {"\xf0\x80\x80\xaf", false},
               {"\xe2\x82", false},
               {"\x80", false},
               {"\xff", false},
               {"\xc2\x85", false}, /* C1 */
               {"\t", false},
               {"\x7f", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(limen_words_plain(cases[i].text, strlen(cases[i].text)), cases[i].plain);
}

static void test_describe(void **state) {
  (void)state;
  struct limen_text text = {0};
  limen_describe_parameters(table, &text);
  assert_string_equal(
      limen_text_string(&text),
      "  k          relevant documents of a query\n"
      "             an integer from 1 to 64; default 2; a list makes the grid\n"
      "  loss       what is minimised\n"
      "             one of: infonce, infonce_sum, sigmoid, hinge; default infonce; a list makes "
      "the "
      "grid\n"
      "  tau        temperature of the loss\n"
      "             a number above 0; default 0.1; a list makes the grid\n"
      "  d          dimensions\n"
      "             an integer from 1 to 4096; default 4..6; a list makes the grid\n"
      "  ef_search  candidates kept by a search\n"
      "             an integer from 1 to 100000; default 10,40; a list is looked at within one "
      "cell\n"
      "  seeds      repetitions\n"
      "             an integer from 1 to 1000; default 3; one value, decides which cells run\n"
      "  rate       step of the optimiser\n"
      "             a number from 0 to 1; default 1e-2; one value\n"
      "  source     a file of vectors\n"
      "             a text; default none; one value\n"
      "  n          documents\n"
      "             chosen by the search\n");
  limen_text_clear(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_integers_are_exact),
      cmocka_unit_test(test_reals),
      cmocka_unit_test(test_refused_values),
      cmocka_unit_test(test_an_empty_text_is_a_value_only_as_the_default),
      cmocka_unit_test(test_a_word_for_zero),
      cmocka_unit_test(test_a_path_is_a_file_or_a_name),
      cmocka_unit_test(test_values_print_and_read_back),
      cmocka_unit_test(test_ranges_in_words),
      cmocka_unit_test(test_nearest),
      cmocka_unit_test(test_quotes_are_cut_between_characters),
      cmocka_unit_test(test_plain_texts),
      cmocka_unit_test(test_describe),
  };
  return cmocka_run_group_tests_name("parameter", tests, NULL, NULL);
}
