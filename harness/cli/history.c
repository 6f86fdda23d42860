/* limen history: a headline number over baselines or runs. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/history_git.h"
#include "cli/history_show.h"
#include "cli/options.h"
#include "cli/session.h"
#include "gate/history_plot.h"

/* Numbers that are shown without being asked for. */
enum { SHOWN_MOST = 8, PATHS_MOST = 100000, PICTURE_MOST = 1 << 28 /* bytes */ };

struct wishes {
  struct limen_texts paths, metrics;
  const char *json, *plot;
  bool git;
};

struct names {
  const char **name; /* the list is owned, the texts are the history's */
  size_t count;
};

/* ---- what there is ---- */

/* The day a run was started; "" where the store does not say. */
static int day_of(const struct limen_session *session, char out[11], struct limen_error *error) {
  char *text = NULL;
  json_t *root = NULL;
  out[0] = '\0';
  int status = limen_store_get(session->store, "manifest", &text, error);
  if (status == LIMEN_OK && text)
    status = limen_json_read(text, strlen(text), 0, &root, NULL, error);
  const char *start = json_string_value(json_object_get(root, "start"));
  if (start && strspn(start, "0123456789-") == 10) snprintf(out, 11, "%.10s", start);
  json_decref(root);
  limen_free(text);
  return status == LIMEN_INPUT ? LIMEN_OK : status;
}

static int add_run(struct limen_history *history, const char *folder, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_measured measured = {0};
  char day[11] = "";
  int status = limen_session_open(&session, folder, LIMEN_STORE_READ, error);
  if (status == LIMEN_OK) status = day_of(&session, day, error);
  if (status == LIMEN_OK) status = limen_measured_run(&session.plan, &measured, error);
  if (status == LIMEN_OK) status = limen_history_add(history, folder, day, &measured, error);
  limen_measured_clear(&measured);
  limen_session_clear(&session);
  return status;
}

static int add_path(struct limen_history *history, const char *path, bool git,
                    struct limen_error *error) {
  if (git) return limen_history_add_git(history, path, error);
  if (!limen_folder_exists(path)) return limen_history_add_baseline(history, path, error);
  char *store = limen_path_join(path, "run.db", error);
  if (!store) return LIMEN_FAILED;
  const bool is_run = limen_file_exists(store);
  limen_free(store);
  return is_run ? add_run(history, path, error) : limen_history_add_folder(history, path, error);
}

/* ---- which numbers ---- */

static bool begins(const char *name, const char *start) {
  return strncmp(name, start, strlen(start)) == 0;
}

/* "recall (12), distances (12)": what stands before the first slash, and of how many names. */
static void add_measures(const struct names *names, struct limen_text *out) {
  enum { TOLD_MOST = 10 };
  size_t told = 0;
  for (size_t i = 0; i < names->count; i++) {
    const size_t length = strcspn(names->name[i], "/");
    size_t same = 0, before = 0;
    for (size_t j = 0; j < names->count; j++) {
      const bool equal = strcspn(names->name[j], "/") == length &&
                         memcmp(names->name[j], names->name[i], length) == 0;
      same += equal;
      before += equal && j < i;
    }
    if (before > 0) continue;
    if (told == TOLD_MOST) {
      limen_text_add(out, ", ...");
      return;
    }
    limen_text_print(out, "%s%.*s (%zu)", told++ > 0 ? ", " : "", length > 60 ? 60 : (int)length,
                     names->name[i], same);
  }
}

/* Those that were asked for: of this name, or all that begin like it. */
static int pick(const struct limen_history *history, const struct limen_texts *metrics,
                struct names *out, struct limen_error *error) {
  struct names all = {0};
  size_t kept = 0;
  int status = limen_history_names(history, 1, &all.name, &all.count, error);
  for (size_t m = 0; m < metrics->count && status == LIMEN_OK; m++) {
    bool exact = false, any = false;
    for (size_t i = 0; i < all.count; i++) exact |= strcmp(all.name[i], metrics->text[m]) == 0;
    for (size_t i = kept; i < all.count; i++) {
      const char *name = all.name[i];
      if (exact ? strcmp(name, metrics->text[m]) != 0 : !begins(name, metrics->text[m])) continue;
      /* The others keep their order. */
      memmove(all.name + kept + 1, all.name + kept, (i - kept) * sizeof *all.name);
      all.name[kept++] = name;
      any = true;
    }
    for (size_t i = 0; i < kept; i++) any |= begins(all.name[i], metrics->text[m]);
    if (any) continue;
    struct limen_text measures = {0};
    add_measures(&all, &measures);
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "--metric %.60s: no number is called that or begins so; there are: %s",
                        metrics->text[m], limen_text_string(&measures));
    limen_text_clear(&measures);
  }
  all.count = kept;
  *out = all;
  return status;
}

/* All that occur in more than one, when they are few. */
static int take_common(const struct limen_history *history, struct names *out,
                       struct limen_error *error) {
  int status = limen_history_names(history, 2, &out->name, &out->count, error);
  if (status != LIMEN_OK) return status;
  if (history->count == 1)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "%s is one measurement, and no history; give more, --git for the committed "
                      "versions of a baseline, or --metric NAME to see it all the same",
                      history->entry[0].label);
  if (out->count == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "no number occurs in more than one of the %zu measurements; --metric NAME "
                      "shows one all the same",
                      history->count);
  if (out->count <= SHOWN_MOST) return LIMEN_OK;
  struct limen_text measures = {0};
  add_measures(out, &measures);
  status = LIMEN_FAIL(error, LIMEN_USAGE,
                      "%zu numbers occur in more than one measurement, too many to show; pick some "
                      "with --metric NAME, or the beginning of it: %s",
                      out->count, limen_text_string(&measures));
  limen_text_clear(&measures);
  return status;
}

/* ---- the plot ---- */

static const char *ending_of(const char *path) {
  const char *dot = strrchr(path, '.');
  if (dot && (strcmp(dot, ".svg") == 0 || strcmp(dot, ".png") == 0)) return dot + 1;
  return NULL;
}

/* Plots come as four files with names of their own, of which one is wanted under another. */
static int draw(const struct limen_plot *plot, const char *path, struct limen_error *error) {
  char *aside = limen_path_aside(path, error), *picture = NULL, *bytes = NULL;
  size_t count = 0;
  int status = aside ? limen_plot_write(plot, aside, error) : LIMEN_FAILED;
  if (status == LIMEN_OK &&
      !(picture = limen_print(error, "%s/%s.%s", aside, plot->name, ending_of(path))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_file_read(picture, PICTURE_MOST, &bytes, &count, error);
  if (status == LIMEN_OK) status = limen_file_write(path, bytes, count, error);
  if (aside) limen_folder_remove(aside, NULL);
  limen_free(aside);
  limen_free(picture);
  limen_free(bytes);
  return status;
}

static int plot_numbers(const struct limen_history *history, const struct names *names,
                        const char *path, struct limen_error *error) {
  struct limen_plot *plot = NULL;
  struct limen_text remarks = {0};
  int status = limen_history_plot(history, names->name, names->count, &plot, error);
  if (status == LIMEN_OK) status = limen_plot_remarks(plot, &remarks, error);
  if (status == LIMEN_OK) status = draw(plot, path, error);
  if (status == LIMEN_OK && remarks.length > 0)
    fprintf(stderr, "note: %s: %s\n", path, limen_text_string(&remarks));
  limen_text_clear(&remarks);
  limen_plot_free(plot);
  return status;
}

/* ---- all together ---- */

static int answer(const struct wishes *wishes, struct limen_error *error) {
  struct limen_history history = {0};
  struct names names = {0};
  int status = LIMEN_OK;
  for (size_t i = 0; i < wishes->paths.count && status == LIMEN_OK; i++)
    status = add_path(&history, wishes->paths.text[i], wishes->git, error);
  if (status == LIMEN_OK)
    status = wishes->metrics.count > 0 ? pick(&history, &wishes->metrics, &names, error)
                                       : take_common(&history, &names, error);
  if (status == LIMEN_OK && wishes->json)
    status = limen_history_write_json(&history, names.name, names.count, wishes->json, error);
  if (status == LIMEN_OK && wishes->plot)
    status = plot_numbers(&history, &names, wishes->plot, error);
  for (size_t i = 0; i < names.count && status == LIMEN_OK; i++) {
    if (i > 0) puts("");
    status = limen_history_print(&history, names.name[i], error);
  }
  if (status == LIMEN_OK)
    puts(
        "\nchange: from the last one before that has it, of shares in points; *: it does not "
        "measure the same thing");
  limen_free(names.name);
  limen_history_clear(&history);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct wishes wishes = {0};
  const struct limen_option table[] = {{"--metric", LIMEN_OPTION_TEXTS, &wishes.metrics},
                                       {"--git", LIMEN_OPTION_FLAG, &wishes.git},
                                       {"--json", LIMEN_OPTION_TEXT, &wishes.json},
                                       {"--plot", LIMEN_OPTION_TEXT, &wishes.plot},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 0, PATHS_MOST, &wishes.paths, error);
  if (status == LIMEN_OK && wishes.paths.count == 0)
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "limen history: baselines, folders of them or run folders are missing");
  if (status == LIMEN_OK && wishes.plot && !ending_of(wishes.plot))
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "--plot %.200s: a name that ends in .svg or .png is "
                        "needed",
                        wishes.plot);
  if (status == LIMEN_OK) status = answer(&wishes, error);
  limen_texts_clear(&wishes.paths);
  limen_texts_clear(&wishes.metrics);
  return status;
}

const struct limen_command limen_command_history = {
    .name = "history",
    .about = "a headline number over baselines or runs",
    .help =
        "usage: limen history PATH... [--metric NAME]... [--json F] [--plot F.svg|F.png]\n"
        "       limen history FILE.json... --git [the options above]\n"
        "\n"
        "A path is a baseline that `limen accept` wrote, a folder of baselines, which are taken\n"
        "by the dates they were accepted on, or a run folder. Paths are taken in the order given.\n"
        "Each number has a table: value, interval, change, where it is from and why it was\n"
        "accepted. A dash stands where the number is missing, a star where the definition or the\n"
        "data is another one than before: such a step is no gain and no loss.\n"
        "\n"
        "  --metric NAME  a number, or all whose names begin so; default: all that occur in more\n"
        "                 than one measurement, when they are few. Repeatable\n"
        "  --git          every committed version of the baselines, oldest first; a shallow\n"
        "                 clone, as CI systems make, has the last one alone\n"
        "  --json F       a list of objects under \"history\"\n"
        "  --plot F       values with their intervals; SVG or PNG, by the name's ending\n"
        "\n"
        "Example:\n"
        "  limen history tests/baselines/ef_sweep.json --git --metric recall --plot recall.svg\n",
    .run = run,
};
