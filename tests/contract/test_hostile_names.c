/* Names that would rather be commands, markup, formulas or scripts, through everything that the
 * program writes: they come out as text. Names of files may hold anything but a slash; definitions
 * and CSVs refuse control characters, with the place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>

#include "base/process.h"
#include "base/text.h"
#include "contract/recall_world.h"
#include "gate/outcome_writer.h"

/* Each would leave a file "pwned" behind if anybody took it for what it looks like. The last one
 * turns the direction of reading around. */
static const char *const hostile[] = {
    "=cmd|' \"touch pwned\"'!A1",
    "+1 `touch pwned` $(touch pwned)",
    "-x'; system(\"touch pwned\") #",
    "@SUM(1)|<script>alert(1)<&script> @team #12",
    "'`touch pwned`'.system('touch pwned').'",
    "\"`touch pwned`\".system(\"touch pwned\").\"",
    "x{:Symbol a}^2_3 %d \\n \\",
    "]]><!-- --><img src=x onerror=alert(1)>",
    "r\xe2\x80\xae\x67np",
};
enum { HOSTILE = sizeof hostile / sizeof *hostile, ROWS_USED = 60 };

static const char turned[] = "\xe2\x80\xae";

static struct program_setup here(const struct world *world) {
  return (struct program_setup){.folder = world->folder};
}

/* A text between double quotes, as YAML and JSON have it. */
static void add_quoted(struct limen_text *out, const char *text) {
  limen_text_add(out, "\"");
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') limen_text_add(out, "\\");
    limen_text_add_bytes(out, text, 1);
  }
  limen_text_add(out, "\"");
}

static const char definition_name[] = "d' $(touch pwned)`touch pwned`<script>.yml";
static const char folder_name[] = "o' $(touch pwned)`touch pwned`<script>alert(1)";

static int make_hostile(void **state) {
  int status = make(state);
  const struct world *world = *state;
  struct limen_text text = {0};
  limen_text_add(&text, "name: mine\nkind: recall\nquestion: ");
  add_quoted(&text, "<script>alert(1)</script> `touch pwned` $(touch pwned) @team | =1");
  limen_text_add(&text,
                 "\nparams:\n  study: sweep\n  n: all\n  k: 5\n  M: 3\n  ef_construction: "
                 "6\n  ef: [1, 12]\n  builds: 2\n  queries: more/queries.fvecs\n  data: [");
  for (size_t i = 0; i < HOSTILE; i++) {
    struct limen_text name = {0};
    limen_text_print(&name, "%s.fvecs", hostile[i]);
    put_vectors(world, limen_text_string(&name), world->base + i * D, ROWS_USED);
    limen_text_clear(&name);
    limen_text_print(&name, "%s./%s.fvecs", "", hostile[i]);
    if (i > 0) limen_text_add(&text, ", ");
    add_quoted(&text, limen_text_string(&name));
    limen_text_clear(&name);
  }
  limen_text_add(&text, "]\n");
  put_text(world, definition_name, limen_text_string(&text));
  limen_text_clear(&text);
  return status;
}

static char *content(const struct world *world, const char *name) {
  char *path = path_of(world->folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

static void expect_nothing_started(const struct world *world) {
  struct snapshot all = snapshot_take(world->folder, false);
  for (size_t i = 0; i < all.count; i++) {
    const char *slash = strrchr(all.file[i].name, '/');
    if (strcmp(slash ? slash + 1 : all.file[i].name, "pwned") == 0)
      fail_msg("%s was made", all.file[i].name);
  }
  snapshot_clear(&all);
}

static void expect_none(const char *where, const char *text, const char *word) {
  const char *found = strstr(text, word);
  if (found) fail_msg("%s holds \"%s\": %.200s", where, word, found);
}

/* What an HTML or Markdown reader would take for an element. */
static void expect_no_markup(const char *where, const char *text) {
  expect_none(where, text, "<script>alert");
  expect_none(where, text, "<&script");
  expect_none(where, text, "<img src=x");
  expect_none(where, text, turned);
}

static bool is_xml(const char *path) {
  const char *const command[] = {"xmllint", "--nonet", "--noout", path, NULL};
  const char *const version[] = {"xmllint", "--version", NULL};
  if (limen_process_run(version, NULL, NULL) != LIMEN_OK) return true;
  return limen_process_run(command, NULL, NULL) == LIMEN_OK;
}

/* ---- CSV ---- */

/* Takes one field off, without its quotes; NULL: the line is not CSV. */
static const char *next_field(const char *at, char *out, size_t size) {
  const bool quoted = *at == '"';
  size_t used = 0;
  for (at += quoted; *at && *at != '\n' && (quoted || *at != ','); at++) {
    if (quoted && *at == '"' && *++at != '"') break;
    if (!quoted && *at == '"') return NULL;
    if (used + 1 < size) out[used++] = *at;
  }
  out[used] = '\0';
  return *at == ',' || *at == '\n' ? at : NULL;
}

/* As many fields in every line, and none that a spreadsheet runs: those that begin like a formula
 * are numbers. */
static void expect_csv(const struct world *world, const char *name) {
  char *text = content(world, name), field[500];
  size_t wanted = 0, texts = 0;
  for (const char *at = text; *at;) {
    size_t fields = 1;
    for (;; at++, fields++) {
      at = next_field(at, field, sizeof field);
      if (!at) fail_msg("%s is no CSV", name);
      if (strchr("=+-@", field[0]) && field[0]) {
        char *end;
        strtod(field, &end);
        if (*end) fail_msg("%s: a spreadsheet would run %s", name, field);
      }
      texts += field[0] == '\'';
      if (*at == '\n') break;
    }
    at++;
    if (wanted == 0) wanted = fields;
    if (fields != wanted) fail_msg("%s: %zu fields, not %zu", name, fields, wanted);
  }
  assert_true(texts >= 4 * 2);
  free(text);
}

/* ---- a run ---- */

static void run_it(const struct world *world) {
  const struct program_setup setup = here(world);
  expect_run(&setup, LIMEN_OK,
             WORDS("run", definition_name, "--out", folder_name, "--quiet", "--set", "builds=2"),
             WORDS(""));
}

static void a_run(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  run_it(world);
  expect_run(&setup, LIMEN_OK, WORDS("report", folder_name), WORDS(""));
  expect_run(&setup, LIMEN_OK, WORDS("verify", folder_name), WORDS(""));
  expect_nothing_started(world);
  char *folder = path_of(world->folder, folder_name), name[400];
  struct snapshot all = snapshot_take(folder, false);
  size_t plots = 0;
  for (size_t i = 0; i < all.count; i++) {
    const char *ending = strrchr(all.file[i].name, '.');
    snprintf(name, sizeof name, "%s/%s", folder_name, all.file[i].name);
    char *text = content(world, name);
    if (strcmp(ending, ".html") == 0 || strcmp(ending, ".md") == 0 || strcmp(ending, ".svg") == 0)
      expect_no_markup(name, text);
    if (strcmp(ending, ".md") == 0) {
      expect_none(name, text, "@team");
      expect_none(name, text, "#12");
    }
    if (strcmp(ending, ".svg") == 0) {
      char *path = path_of(world->folder, name);
      if (!is_xml(path)) fail_msg("%s is no XML", path);
      free(path);
      plots++;
    }
    if (strcmp(ending, ".csv") == 0) expect_csv(world, name);
    if (strcmp(ending, ".json") == 0) {
      json_error_t reason;
      json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &reason);
      if (!root) fail_msg("%s: %s", name, reason.text);
      json_decref(root);
    }
    free(text);
  }
  assert_true(plots > 0);
  snapshot_clear(&all);
  free(folder);
}

/* ---- gates and histories ---- */

static void expect_plain_output(const struct program_setup *setup, int status,
                                const char *const *words) {
  struct program_result result = program_run(setup, words);
  if (result.status != status) fail_msg("exit status %d: %s", result.status, result.err);
  expect_none("standard output", result.out, turned);
  expect_none("standard output", result.out, "\x1b");
  program_result_clear(&result);
}

/* Writes every sort of file about `source`, a run or a CSV, and looks at each. */
static void check(const struct world *world, const char *option, const char *source) {
  const struct program_setup setup = here(world);
  const char *words[8 + 2 * LIMEN_OUTCOME_WRITERS_MOST] = {"check", "--baseline", "b.json"};
  char files[LIMEN_OUTCOME_WRITERS_MOST][64];
  size_t count = 3;
  if (option) words[count++] = option;
  words[count++] = source;
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    snprintf(files[i], sizeof files[i], "out.%s", limen_outcome_writer_at(i)->option + 2);
    words[count++] = limen_outcome_writer_at(i)->option;
    words[count++] = files[i];
  }
  expect_plain_output(&setup, LIMEN_OK, words);
  for (size_t i = 0; limen_outcome_writer_at(i); i++) {
    const char *name = limen_outcome_writer_at(i)->option;
    char *text = content(world, files[i]), *path = path_of(world->folder, files[i]);
    json_error_t reason;
    json_t *root = json_loads(text, 0, &reason);
    expect_none(name, text, turned);
    if (strcmp(name, "--junit") == 0)
      assert_true(is_xml(path));
    else if (strcmp(name, "--markdown") != 0 && !root)
      fail_msg("%s: %s", name, reason.text);
    if (!root) expect_no_markup(name, text);
    if (strcmp(name, "--markdown") == 0) {
      expect_none(name, text, "@team");
      expect_none(name, text, "#12");
    }
    json_decref(root);
    free(path);
    free(text);
  }
}

static void gates_of_runs(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  run_it(world);
  expect_plain_output(&setup, LIMEN_OK, WORDS("accept", folder_name, "--baseline", "b.json"));
  check(world, NULL, folder_name);
  expect_plain_output(&setup, LIMEN_OK,
                      WORDS("history", "b.json", folder_name, "--metric", "recall_epsilon/data='",
                            "--metric", "recall_epsilon/data==", "--metric",
                            "recall_epsilon/data=\"", "--json", "h.json", "--plot", "h.svg"));
  char *path = path_of(world->folder, "h.svg"), *svg = read_whole(path, NULL);
  expect_word(svg, "touch pwned");
  assert_true(is_xml(path));
  free(svg);
  free(path);
  expect_nothing_started(world);
}

static void gates_of_results(void **state) {
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  struct limen_text text = {0};
  limen_text_add(&text, "build,query,value,metric\n");
  for (size_t i = 0; i < HOSTILE; i++)
    for (int q = 0; q < 11; q++) {
      limen_text_print(&text, "\"%s\",q%d,%g,", "=1+1", q, 0.57 + 0.01 * q);
      limen_text_add(&text, "\"");
      for (const char *at = hostile[i]; *at; at++)
        limen_text_add_bytes(&text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
      limen_text_add(&text, "\"\n");
    }
  put_text(world, folder_name, limen_text_string(&text));
  limen_text_clear(&text);
  expect_plain_output(&setup, LIMEN_OK,
                      WORDS("accept", "--results", folder_name, "--baseline", "b.json", "--reason",
                            "$(touch pwned) <script>alert(1)</script>\n\x1b[31m\xe2\x80\xae"));
  check(world, "--results", folder_name);
  expect_plain_output(&setup, LIMEN_OK,
                      WORDS("history", "b.json", "b.json", "--json", "h.json", "--plot", "h.svg",
                            "--metric", hostile[0], "--metric", hostile[1], "--metric", hostile[2],
                            "--metric", hostile[3], "--metric", hostile[4], "--metric", hostile[5],
                            "--metric", hostile[7], "--metric", hostile[8]));
  char *path = path_of(world->folder, "h.svg"), *svg = read_whole(path, NULL);
  expect_no_markup("h.svg", svg);
  assert_true(is_xml(path));
  free(svg);
  free(path);
  expect_nothing_started(world);
}

/* ---- what is not let in ---- */

static void refused(void **state) {
  static const struct {
    const char *yaml, *says;
  } cases[] = {
      {"name: \"a<b>\"\nkind: recall\nquestion: q\n", "d.yml:1:7: "},
      {"name: \"=1\"\nkind: recall\nquestion: q\n", "d.yml:1:7: "},
      {"name: a\nkind: recall\nquestion: \"a\\eb\"\n",
       "d.yml:3:11: `a?b` holds a control character"},
      {"name: a\nkind: recall\nquestion: q\nparams: { data: \"a\\x1b[31m\" }\n", "d.yml:4:17: "},
  };
  const struct world *world = *state;
  const struct program_setup setup = here(world);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    put_text(world, "d.yml", cases[i].yaml);
    expect_run(&setup, LIMEN_USAGE, WORDS("run", "d.yml", "--out", "none"), WORDS(cases[i].says));
  }
  put_text(world, "m.csv", "build,query,value,metric\n0,a,0.5,\"e\x1b[31m\"\n");
  expect_run(&setup, LIMEN_INPUT, WORDS("accept", "--results", "m.csv", "--baseline", "n.json"),
             WORDS("m.csv:2: the metric's name, `e?[31m`, holds a control character"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_hostile, unmake)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_run),
      TEST(gates_of_runs),
      TEST(gates_of_results),
      TEST(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
