/* Ranges, lists and grids: what a kind's parameters make of a definition and of --set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/definition_table.h"

/* "d: 4 5 6" for a parameter of the grid that `set` and a document make. */
static void expect_values(const char *set, const char *name, const char *expected) {
  struct limen_error error = {0};
  struct limen_grid grid;
  struct limen_text text = {0};
  int status = limen_grid_make(NULL, table, LIMEN_SIZE_DEFAULT, &set, set ? 1 : 0, &grid, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  size_t at = (size_t)limen_parameter_find(table, name);
  for (size_t i = 0; i < grid.lengths[at]; i++) {
    if (i > 0) limen_text_add(&text, " ");
    limen_value_print(&grid.values[at][i], &text);
  }
  assert_string_equal(limen_text_string(&text), expected);
  limen_text_clear(&text);
  limen_grid_clear(&grid);
}

static void test_ranges_and_lists(void **state) {
  (void)state;
  expect_values(NULL, "d", "4 5 6");
  expect_values(NULL, "ef_search", "10 40");
  expect_values(NULL, "rate", "0.01");
  expect_values(NULL, "source", "");
  expect_values("d=4..12", "d", "4 5 6 7 8 9 10 11 12");
  expect_values("d=7..7", "d", "7");
  expect_values("d=4..64*2", "d", "4 8 16 32 64");
  expect_values("d=3..100*3", "d", "3 9 27 81");
  expect_values("d=10..50+10", "d", "10 20 30 40 50");
  expect_values("d=10..49+1e1", "d", "10 20 30 40");
  expect_values("d=1e1..2e+1+5", "d", "10 15 20");
  expect_values("d=[4..6, 16 ,32..64*2]", "d", "4 5 6 16 32 64");
  expect_values("d=8", "d", "8");
  expect_values("d=12,4,8", "d", "12 4 8");
  expect_values("tau=0.1..0.5+0.1", "tau", "0.1 0.2 0.3 0.4 0.5");
  expect_values("tau=0.001..1*10", "tau", "0.001 0.01 0.1 1");
  expect_values("tau=0.03..0.3*1.5", "tau", "0.03 0.045 0.0675 0.10125 0.151875 0.2278125");
  expect_values("tau=1..4", "tau", "1 2 3 4");
  expect_values("tau=1e-3..3e-3+1e-3", "tau", "0.001 0.002 0.003");
  expect_values("tau=0.02", "tau", "0.02");
  expect_values("loss=hinge,sigmoid", "loss", "hinge sigmoid");
  expect_values("source=a,b/../c..d", "source", "a,b/../c..d");
  expect_values("source=x=y", "source", "x=y");
  expect_values("rate=0", "rate", "0");
}

static void test_a_range_of_reals_crosses_zero_cleanly(void **state) {
  (void)state;
  const struct limen_parameter axes[] = {{.name = "x",
                                          .about = "",
                                          .type = LIMEN_REAL,
                                          .role = LIMEN_AXIS,
                                          .fallback = "-0.3..0.3+0.1",
                                          .min = -1,
                                          .max = 1},
                                         {0}};
  struct limen_grid grid;
  assert_int_equal(limen_grid_make(NULL, axes, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, NULL), LIMEN_OK);
  const double expected[] = {-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3};
  assert_int_equal(grid.lengths[0], 7);
  for (size_t i = 0; i < 7; i++) assert_true(grid.values[0][i].as.real == expected[i]);
  assert_false(signbit(grid.values[0][3].as.real));
  limen_grid_clear(&grid);
}

static void test_integer_ranges_end_at_the_last_integer(void **state) {
  (void)state;
  const struct limen_parameter axes[] = {{.name = "x",
                                          .about = "",
                                          .type = LIMEN_INTEGER,
                                          .role = LIMEN_AXIS,
                                          .fallback = "9223372036854775800..9223372036854775807+5",
                                          .min = -INFINITY,
                                          .max = INFINITY},
                                         {0}};
  const char *const doubled[] = {"x=4e18..9e18*2"};
  const char *const backwards[] = {"x=9007199254740993..9007199254740992"};
  struct limen_error error = {0};
  struct limen_grid grid;
  assert_int_equal(limen_grid_make(NULL, axes, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, NULL), LIMEN_OK);
  assert_int_equal(grid.lengths[0], 2);
  assert_true(grid.values[0][1].as.integer == 9223372036854775805);
  limen_grid_clear(&grid);
  assert_int_equal(limen_grid_make(NULL, axes, LIMEN_SIZE_DEFAULT, doubled, 1, &grid, NULL),
                   LIMEN_OK);
  assert_int_equal(grid.lengths[0], 2);
  limen_grid_clear(&grid);
  assert_int_equal(limen_grid_make(NULL, axes, LIMEN_SIZE_DEFAULT, backwards, 1, &grid, &error),
                   LIMEN_USAGE);
  assert_string_equal(error.text,
                      "--set x=9007199254740993..9007199254740992: `x` cannot be "
                      "`9007199254740993..9007199254740992`: the range runs backwards; write "
                      "9007199254740992..9007199254740993");
}

#define D_VALID "; valid: an integer from 1 to 4096"
#define KEYS "k, loss, tau, d, ef_search, seeds, rate, source"

static const struct refusal refused_sets[] = {
    {"d", "--set d: write a key, `=` and a value, as in --set d=4..8"},
    {"=4", "--set =4: write a key, `=` and a value, as in --set d=4..8"},
    {"", "--set : write a key, `=` and a value, as in --set d=4..8"},
    {"tua=0.1", "--set tua=0.1: unknown key `tua`; did you mean `tau`?; valid: " KEYS},
    {"zzz=1", "--set zzz=1: unknown key `zzz`; valid: " KEYS},
    {"n=50", "--set n=50: `n` is chosen by the search, not by a definition; remove it"},
    {"d=", "--set d=: `d` cannot be empty" D_VALID},
    {"d=4,,5", "--set d=4,,5: `d` cannot be empty" D_VALID},
    {"d=4,", "--set d=4,: `d` cannot be empty" D_VALID},
    {"d=[4", "--set d=[4: `d` cannot be `[4`, which is not a number" D_VALID},
    {"d=8x", "--set d=8x: `d` cannot be `8x`, which is not a number" D_VALID},
    {"d=9..4", "--set d=9..4: `d` cannot be `9..4`: the range runs backwards; write 4..9"},
    {"d=4..9+0", "--set d=4..9+0: `d` cannot be `4..9+0`: the step must be above 0"},
    {"d=4..9+-1", "--set d=4..9+-1: `d` cannot be `4..9+-1`: the step must be above 0"},
    {"d=4..9*1", "--set d=4..9*1: `d` cannot be `4..9*1`: the factor must be above 1"},
    {"d=4..9*0.5",
     "--set d=4..9*0.5: `d` cannot be `4..9*0.5`: the factor is `0.5`, which is not a whole "
     "number"},
    {"d=4..9+x", "--set d=4..9+x: `d` cannot be `4..9+x`: the step is `x`, which is not a number"},
    {"d=4..9*", "--set d=4..9*: `d` cannot be `4..9*`: the factor is ``, which is not a number"},
    {"d=4..", "--set d=4..: `d` cannot be `4..`: `d` cannot be empty" D_VALID},
    {"d=..4", "--set d=..4: `d` cannot be `..4`: `d` cannot be empty" D_VALID},
    {"d=4...9", "--set d=4...9: `d` cannot be `4...9`: a range has two dots, as in 4..12"},
    {"d=4..9x",
     "--set d=4..9x: `d` cannot be `4..9x`: `d` cannot be `9x`, which is not a number" D_VALID},
    {"d=4..5000*2", "--set d=4..5000*2: `d` cannot be `4..5000*2`: `d` cannot be `5000`" D_VALID},
    {"d=0..8", "--set d=0..8: `d` cannot be `0..8`: `d` cannot be `0`" D_VALID},
    {"d=4..5..6",
     "--set d=4..5..6: `d` cannot be `4..5..6`: `d` cannot be `5..6`, which is not a "
     "number" D_VALID},
    {"rate=0..1*2", "--set rate=0..1*2: `rate` takes one value, not a range; write one of them"},
    {"seeds=1,2", "--set seeds=1,2: `seeds` takes one value, not a list; write one of them"},
    {"seeds=[1]", "--set seeds=[1]: `seeds` takes one value, not a list; write one of them"},
    {"d=4,8,4", "--set d=4,8,4: `d` holds `4` twice; remove one"},
    {"d=4..8,6", "--set d=4..8,6: `d` holds `6` twice; remove one"},
    {"tau=0.1,1e-1", "--set tau=0.1,1e-1: `tau` holds `0.1` twice; remove one"},
    {"loss=hinge,hinge", "--set loss=hinge,hinge: `loss` holds `hinge` twice; remove one"},
    {"tau=0.1..0.5",
     "--set tau=0.1..0.5: `tau` cannot be `0.1..0.5`: a range between fractions needs a step, such "
     "as 0.1..0.5*2 or 0.1..0.5+0.1"},
    {"tau=0.1..0.5*0.9",
     "--set tau=0.1..0.5*0.9: `tau` cannot be `0.1..0.5*0.9`: the factor must be above 1"},
    {"tau=0.1..0.5*1.0000000000000000001",
     "--set tau=0.1..0.5*1.0000000000000000001: `tau` cannot be `0.1..0.5*1.0000000000000000001`: "
     "the factor must be above 1"},
    {"tau=0.1..0.5*1.0000000000000003",
     "--set tau=0.1..0.5*1.0000000000000003: `tau` cannot be `0.1..0.5*1.0000000000000003`: the "
     "factor 1.0000000000000003 is too small to change the value"},
    {"tau=1e300..2e300",
     "--set tau=1e300..2e300: `tau` cannot be `1e300..2e300`: the step 1 is too small to change "
     "the "
     "value"},
    {"tau=1..2+1e-7",
     "--set tau=1..2+1e-7: `tau` cannot be `1..2+1e-7`: more than 1000000 values; write a shorter "
     "range or a larger step"},
};

static void test_refused_sets(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused_sets / sizeof *refused_sets; i++) {
    struct limen_error error = {0};
    struct limen_grid grid;
    const char *const sets[] = {"k=3", refused_sets[i].text};
    assert_int_equal(limen_grid_make(NULL, table, LIMEN_SIZE_DEFAULT, sets, 2, &grid, &error),
                     LIMEN_USAGE);
    assert_string_equal(error.text, refused_sets[i].message);
    assert_null(grid.values);
    assert_int_equal(limen_grid_make(NULL, table, LIMEN_SIZE_DEFAULT, sets, 2, &grid, NULL),
                     LIMEN_USAGE);
  }
}

/* Refused by the kind, so the place must survive from the text to the message. */
static const struct refusal refused_grids[] = {
    {HEAD "params:\n  tua: 0.1\n",
     "x.yml:5:3: unknown key `tua` in params; did you mean `tau`?; valid: " KEYS},
    {HEAD "smoke: { d: 4, steps: 9 }\n", "x.yml:4:16: unknown key `steps` in smoke; valid: " KEYS},
    {HEAD "full: { name: x }\n", "x.yml:4:9: unknown key `name` in full; valid: " KEYS},
    {HEAD "params: { n: 50 }\n",
     "x.yml:4:11: `n` is chosen by the search, not by a definition; remove it"},
    {HEAD "params:\n  d: [4, 8,\n      16x]\n",
     "x.yml:6:7: `d` cannot be `16x`, which is not a number" D_VALID},
    {HEAD "params:\n  d:\n    - 4\n    - 9..5\n",
     "x.yml:7:7: `d` cannot be `9..5`: the range runs backwards; write 5..9"},
    {HEAD "params: { d: [4..8, 16, 5] }\n", "x.yml:4:25: `d` holds `5` twice; remove one"},
    {HEAD "params: { seeds: [3] }\n",
     "x.yml:4:19: `seeds` takes one value, not a list; write one of them"},
    {HEAD "params: { rate: 0.1..0.2+0.1 }\n",
     "x.yml:4:17: `rate` takes one value, not a range; write one of them"},
    {HEAD "params: { loss: [hinge, triplet] }\n",
     "x.yml:4:25: `loss` cannot be `triplet`; valid: one of: infonce, infonce_sum, sigmoid, hinge"},
    {HEAD "params: { d: '' }\n", "x.yml:4:14: `d` cannot be empty" D_VALID},
    /* sections that were not asked for */
    {HEAD "full: { d: 4..9999 }\n",
     "x.yml:4:12: `d` cannot be `4..9999`: `d` cannot be `9999`" D_VALID},
    {HEAD "smoke: { tau: .inf }\n",
     "x.yml:4:15: `tau` cannot be `.inf`, which is not a number; valid: a number above 0"},
    /* too many */
    {HEAD "params:\n  d: 1..2000\n  tau: 1..1000\n",
     "x.yml:5:3: the grid has more than 1000000 points: 1000 of `tau` x 2000 of `d`; shorten a "
     "list"},
    {HEAD "params: { tau: [1..600000, 600001..1200000] }\n",
     "x.yml:4:28: `tau` cannot be `600001..1200000`: more than 1000000 values; write a shorter "
     "range "
     "or a larger step"},
};

static void test_refused_grids(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused_grids / sizeof *refused_grids; i++) {
    struct limen_error error = {0};
    struct limen_definition definition;
    struct limen_grid grid;
    assert_int_equal(parse(refused_grids[i].text, &definition, &error), LIMEN_OK);
    assert_int_equal(
        limen_grid_make(&definition, table, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, &error),
        LIMEN_USAGE);
    assert_string_equal(error.text, refused_grids[i].message);
    limen_definition_clear(&definition);
  }
}

static void test_a_parameter_without_default_must_be_given(void **state) {
  (void)state;
  const struct limen_parameter needed[] = {
      {.name = "file", .about = "vectors", .type = LIMEN_STRING, .role = LIMEN_SETTING}, {0}};
  const char *const sets[] = {"file=a.npy"};
  struct limen_error error = {0};
  struct limen_definition definition;
  struct limen_grid grid;
  assert_int_equal(parse(HEAD, &definition, &error), LIMEN_OK);
  assert_int_equal(limen_grid_make(&definition, needed, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, &error),
                   LIMEN_USAGE);
  assert_string_equal(
      error.text,
      "x.yml:2:7: `file` has no default; give it under `params` or with --set file=...");
  assert_int_equal(limen_grid_make(&definition, needed, LIMEN_SIZE_DEFAULT, sets, 1, &grid, &error),
                   LIMEN_OK);
  assert_string_equal(limen_grid_string(&grid, 0, "file"), "a.npy");
  limen_grid_clear(&grid);
  limen_definition_clear(&definition);
}

static void test_paths_are_seen_from_where_they_were_written(void **state) {
  (void)state;
  const struct limen_parameter paths[] = {{.name = "data",
                                           .about = "vectors",
                                           .type = LIMEN_PATH,
                                           .role = LIMEN_AXIS,
                                           .fallback = "base.npy"},
                                          {0}};
  static const char text[] = HEAD "params: { data: [near/a.npy, /far/a.npy] }\n";
  const char *const sets[] = {"data=b.npy"};
  struct limen_error error = {0};
  struct limen_definition definition;
  struct limen_grid grid;
  assert_int_equal(
      limen_definition_parse("some/where/x.yml", text, strlen(text), &definition, &error),
      LIMEN_OK);
  assert_int_equal(limen_grid_make(&definition, paths, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, &error),
                   LIMEN_OK);
  assert_string_equal(limen_grid_string(&grid, 0, "data"), "some/where/near/a.npy");
  assert_string_equal(limen_grid_string(&grid, 1, "data"), "/far/a.npy");
  limen_grid_clear(&grid);
  assert_int_equal(limen_grid_make(&definition, paths, LIMEN_SIZE_DEFAULT, sets, 1, &grid, &error),
                   LIMEN_OK);
  assert_string_equal(limen_grid_string(&grid, 0, "data"), "b.npy");
  limen_grid_clear(&grid);
  limen_definition_clear(&definition);
}

static void test_a_wrong_default_is_reported(void **state) {
  (void)state;
  const struct limen_parameter wrong[] = {{.name = "d",
                                           .about = "",
                                           .type = LIMEN_INTEGER,
                                           .role = LIMEN_AXIS,
                                           .fallback = "0",
                                           .min = 1,
                                           .max = 9},
                                          {0}};
  struct limen_error error = {0};
  struct limen_grid grid;
  assert_int_equal(limen_grid_make(NULL, wrong, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, &error),
                   LIMEN_USAGE);
  assert_string_equal(error.text, "the default: `d` cannot be `0`; valid: an integer from 1 to 9");
}

static void test_precedence(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_definition definition;
  struct limen_grid grid;
  const char *const sets[] = {"seeds=7", "d=3,5", "seeds=8"};
  const struct {
    enum limen_size size;
    size_t n_sets, n_d;
    int64_t first_d, last_d, seeds;
  } cases[] = {
      {LIMEN_SIZE_DEFAULT, 0, 4, 4, 16, 3}, /* params over the default 4..6 */
      {LIMEN_SIZE_SMOKE, 0, 2, 4, 5, 1},    /* smoke over params */
      {LIMEN_SIZE_FULL, 0, 5, 4, 64, 3},    /* full over params, the rest stays */
      {LIMEN_SIZE_SMOKE, 1, 2, 4, 5, 7},    /* a set over smoke */
      {LIMEN_SIZE_FULL, 3, 2, 3, 5, 8},     /* the last set wins */
  };
  assert_int_equal(parse(good, &definition, &error), LIMEN_OK);
  size_t d = (size_t)limen_parameter_find(table, "d");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(
        limen_grid_make(&definition, table, cases[i].size, sets, cases[i].n_sets, &grid, &error),
        LIMEN_OK);
    assert_int_equal(grid.lengths[d], cases[i].n_d);
    assert_int_equal(grid.values[d][0].as.integer, cases[i].first_d);
    assert_int_equal(grid.values[d][cases[i].n_d - 1].as.integer, cases[i].last_d);
    assert_int_equal(limen_grid_integer(&grid, 0, "seeds"), cases[i].seeds);
    assert_string_equal(limen_grid_string(&grid, 0, "loss"), "infonce");
    limen_grid_clear(&grid);
  }
  /* The grid keeps its texts when the definition is gone. */
  assert_int_equal(limen_grid_make(&definition, table, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, &error),
                   LIMEN_OK);
  limen_definition_clear(&definition);
  assert_string_equal(limen_grid_string(&grid, 0, "source"), "a: b, c..d");
  limen_grid_clear(&grid);
}

static void test_grid_points(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_grid grid;
  const char *const sets[] = {"k=2,5", "tau=0.11,0.32,0.57", "d=7..8", "ef_search=10..30+10"};
  assert_int_equal(limen_grid_make(NULL, table, LIMEN_SIZE_DEFAULT, sets, 4, &grid, &error),
                   LIMEN_OK);
  assert_int_equal(grid.count, 9);
  assert_int_equal(limen_grid_points(&grid), 12); /* the inner three stay whole */
  const int64_t k[] = {2, 5}, d[] = {7, 8};
  const double tau[] = {0.11, 0.32, 0.57};
  for (size_t i = 0; i < 12; i++) {
    assert_int_equal(limen_grid_integer(&grid, i, "k"), k[i / 6]);
    assert_true(limen_grid_real(&grid, i, "tau") == tau[i / 2 % 3]);
    assert_int_equal(limen_grid_integer(&grid, i, "d"), d[i % 2]);
    assert_true(limen_grid_real(&grid, i, "k") == (double)k[i / 6]);
    assert_string_equal(limen_grid_string(&grid, i, "loss"), "infonce");
    assert_int_equal(limen_grid_value(&grid, i, "seeds")->as.integer, 3);
  }
  /* Points are k, then tau, then d: 2 x 3 x 2. */
  assert_int_equal(limen_grid_point_with(&grid, 3, "tau", 0), 1);
  assert_int_equal(limen_grid_point_with(&grid, 3, "tau", 2), 5);
  assert_int_equal(limen_grid_point_with(&grid, 10, "k", 0), 4);
  assert_int_equal(limen_grid_point_with(&grid, 10, "d", 1), 11);
  assert_int_equal(limen_grid_point_with(&grid, 10, "loss", 0), 10);
  assert_null(limen_grid_value(&grid, 0, "ef_search"));
  assert_null(limen_grid_value(&grid, 0, "n"));
  assert_null(limen_grid_value(&grid, 0, "nothing"));
  size_t ef = (size_t)limen_parameter_find(table, "ef_search");
  assert_int_equal(grid.lengths[ef], 3);
  assert_int_equal(grid.values[ef][2].as.integer, 30);
  assert_int_equal(grid.lengths[8], 0);
  limen_grid_clear(&grid);
  assert_null(limen_grid_value(&grid, 0, "d"));
}

static void test_grid_points_never_overflow(void **state) {
  (void)state;
  size_t lengths[] = {SIZE_MAX / 2, 1, 3, 1, 1, 1, 1, 1, 0};
  const struct limen_grid grid = {.parameters = table, .count = 9, .lengths = lengths};
  assert_true(limen_grid_points(&grid) == SIZE_MAX);
  lengths[0] = LIMEN_GRID_MOST;
  assert_true(limen_grid_points(&grid) == 3 * (size_t)LIMEN_GRID_MOST);
}

static void test_sizes_have_names(void **state) {
  (void)state;
  assert_string_equal(limen_size_name(LIMEN_SIZE_DEFAULT), "default");
  assert_string_equal(limen_size_name(LIMEN_SIZE_SMOKE), "smoke");
  assert_string_equal(limen_size_name(LIMEN_SIZE_FULL), "full");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ranges_and_lists),
      cmocka_unit_test(test_a_range_of_reals_crosses_zero_cleanly),
      cmocka_unit_test(test_integer_ranges_end_at_the_last_integer),
      cmocka_unit_test(test_refused_sets),
      cmocka_unit_test(test_refused_grids),
      cmocka_unit_test(test_a_parameter_without_default_must_be_given),
      cmocka_unit_test(test_paths_are_seen_from_where_they_were_written),
      cmocka_unit_test(test_a_wrong_default_is_reported),
      cmocka_unit_test(test_precedence),
      cmocka_unit_test(test_grid_points),
      cmocka_unit_test(test_grid_points_never_overflow),
      cmocka_unit_test(test_sizes_have_names),
  };
  return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
