#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/text.h"
#include "report/plot_layout.h"
#include "report/plot_script.h"

/* ---- building ---- */

struct limen_plot *limen_plot_alloc(const char *name, const char *caption, const char *x_label,
                                    const char *y_label) {
  struct limen_plot *plot = limen_alloc(1, sizeof *plot, NULL);
  if (!plot) return NULL;
  plot->name = limen_copy_text(name, NULL);
  plot->caption = limen_copy_text(caption, NULL);
  plot->x_label = limen_copy_text(x_label, NULL);
  plot->y_label = limen_copy_text(y_label, NULL);
  plot->x_min = plot->x_max = plot->y_min = plot->y_max = plot->x_line = NAN;
  if (!plot->name || !plot->caption || !plot->x_label || !plot->y_label) {
    limen_plot_free(plot);
    return NULL;
  }
  return plot;
}

size_t limen_plot_series(struct limen_plot *plot, const char *label, enum limen_style style,
                         int colour) {
  size_t index = plot->count;
  if (limen_grow(&plot->series, &plot->capacity, index + 1, sizeof *plot->series, NULL) !=
      LIMEN_OK) {
    plot->failed = true;
    return index;
  }
  struct limen_series *series = &plot->series[index];
  series->label = limen_copy_text(label, NULL);
  series->style = style;
  series->colour = colour;
  if (!series->label) plot->failed = true;
  plot->count++;
  return index;
}

void limen_plot_point(struct limen_plot *plot, size_t index, double x, double y, double lower,
                      double upper) {
  /* A series that could not be added has no place for points; the plot already failed then. */
  if (plot->failed || index >= plot->count) {
    plot->failed = true;
    return;
  }
  struct limen_series *series = &plot->series[index];
  double **columns[] = {&series->x, &series->y, &series->lower, &series->upper};
  size_t grown = series->capacity;
  for (size_t c = 0; c < 4; c++) {
    size_t capacity = series->capacity;
    if (limen_grow(columns[c], &capacity, series->count + 1, sizeof(double), NULL) != LIMEN_OK) {
      plot->failed = true;
      return;
    }
    grown = capacity;
  }
  series->capacity = grown;
  const double values[] = {x, y, lower, upper};
  for (size_t c = 0; c < 4; c++) (*columns[c])[series->count] = values[c];
  series->count++;
}

void limen_plot_inset(struct limen_plot *plot, size_t index, const char *title,
                      const char *y_label) {
  if (plot->failed || index >= plot->count) {
    plot->failed = true;
    return;
  }
  plot->series[index].inset = true;
  limen_free(plot->inset_title);
  limen_free(plot->inset_y_label);
  plot->inset_title = limen_copy_text(title, NULL);
  plot->inset_y_label = limen_copy_text(y_label, NULL);
  if (!plot->inset_title || !plot->inset_y_label) plot->failed = true;
}

void limen_plot_row(struct limen_plot *plot, const char *name) {
  if (limen_grow(&plot->row, &plot->rows_capacity, plot->n_rows + 1, sizeof *plot->row, NULL) !=
          LIMEN_OK ||
      !(plot->row[plot->n_rows] = limen_copy_text(name, NULL))) {
    plot->failed = true;
    return;
  }
  plot->n_rows++;
}

void limen_plot_mark(struct limen_plot *plot, double x, double y, const char *text) {
  if (limen_grow(&plot->marks, &plot->marks_capacity, plot->n_marks + 1, sizeof *plot->marks,
                 NULL) != LIMEN_OK) {
    plot->failed = true;
    return;
  }
  struct limen_mark *mark = &plot->marks[plot->n_marks];
  *mark = (struct limen_mark){x, y, limen_copy_text(text, NULL)};
  if (!mark->text) {
    plot->failed = true;
    return;
  }
  plot->n_marks++;
}

void limen_plot_free(struct limen_plot *plot) {
  if (!plot) return;
  for (size_t i = 0; i < plot->count; i++) {
    struct limen_series *series = &plot->series[i];
    limen_free(series->label);
    limen_free(series->x);
    limen_free(series->y);
    limen_free(series->lower);
    limen_free(series->upper);
  }
  for (size_t i = 0; i < plot->n_marks; i++) limen_free(plot->marks[i].text);
  for (size_t i = 0; i < plot->n_rows; i++) limen_free(plot->row[i]);
  char *texts[] = {plot->name,    plot->caption,     plot->x_label,
                   plot->y_label, plot->inset_title, plot->inset_y_label};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) limen_free(texts[i]);
  limen_free(plot->row);
  limen_free(plot->series);
  limen_free(plot->marks);
  limen_free(plot);
}

/* ---- what is not shown as it is ---- */

static void count_hidden(const struct limen_plot *plot, const struct limen_layout *layout,
                         size_t *unshowable, size_t *outside, size_t *pinned) {
  for (size_t s = 0; s < plot->count; s++) {
    const struct limen_series *series = &plot->series[s];
    enum limen_scale y_scale = series->inset ? LIMEN_LINEAR : plot->y_scale;
    for (size_t i = 0; i < series->count; i++) {
      bool band = series->style == LIMEN_BAND, over_rows = band && layout->rows > 0;
      double x = over_rows ? series->lower[i] : series->x[i];
      double y = over_rows ? 0 : band ? series->lower[i] : series->y[i];
      if (isnan(x) || isnan(y)) continue; /* a gap, left on purpose */
      if (!limen_axis_shows(plot->x_scale, x) || !limen_axis_shows(y_scale, y))
        ++*unshowable;
      else if (!limen_layout_shows(layout, series, i))
        ++*outside;
      else if (y_scale == LIMEN_LOGIT && (y == 0 || y == 1))
        ++*pinned;
    }
  }
}

int limen_plot_remarks(const struct limen_plot *plot, struct limen_text *out,
                       struct limen_error *error) {
  struct limen_layout layout;
  size_t unshowable = 0, outside = 0, pinned = 0;
  int status = limen_layout_make(&layout, plot, error);
  if (status != LIMEN_OK) goto done;
  count_hidden(plot, &layout, &unshowable, &outside, &pinned);
  const char *gap = "";
  if (pinned > 0) {
    limen_text_add(out, "Exact zeros and ones, infinitely far on this scale, stand at its ends.");
    gap = " ";
  }
  if (unshowable > 0) {
    limen_text_print(out, "%s%zu %s not shown: %s.", gap, unshowable,
                     unshowable == 1 ? "value is" : "values are",
                     plot->x_scale == LIMEN_LOG || plot->y_scale == LIMEN_LOG
                         ? "a logarithmic axis has no place for zero, negative or infinite numbers"
                         : "infinite, or no share between 0 and 1");
    gap = " ";
  }
  if (outside > 0)
    limen_text_print(out, "%s%zu %s outside the axes.", gap, outside,
                     outside == 1 ? "value lies" : "values lie");
  status = limen_text_status(out, error);
done:
  limen_layout_clear(&layout);
  return status;
}

/* ---- drawing ---- */

bool limen_plot_name_is_good(const char *name) {
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
  return length > 0 && length <= 100 && name[length] == '\0';
}

static int write_in(const char *folder, const char *name, const char *ending,
                    const struct limen_text *text, struct limen_error *error) {
  char *path = limen_print(error, "%s/%s.%s", folder, name, ending);
  int status = path ? limen_text_status(text, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_file_write(path, text->data, text->length, error);
  limen_free(path);
  return status;
}

/* gnuplot does not notice when its pictures end early on a full disk; we know how they end. */
static int check_whole(const char *aside, const char *name, const char *ending,
                       struct limen_error *error) {
  enum { PICTURE_MOST = 1 << 28 /* bytes */ };
  const char *end = strcmp(ending, "png") == 0   ? "IEND\xae\x42\x60\x82"
                    : strcmp(ending, "svg") == 0 ? "</svg>"
                                                 : "";
  char *content = NULL, *path = limen_print(error, "%s/%s.%s", aside, name, ending);
  size_t length = 0;
  int status = path ? limen_file_read(path, PICTURE_MOST, &content, &length, error) : LIMEN_FAILED;
  if (status == LIMEN_INPUT) {
    limen_error_prefix(error, "gnuplot left no %s.%s", name, ending);
    status = LIMEN_FAILED;
  }
  while (status == LIMEN_OK && length > 0 && content[length - 1] == '\n') length--;
  if (status == LIMEN_OK &&
      (length < strlen(end) || memcmp(content + length - strlen(end), end, strlen(end)) != 0))
    status = LIMEN_FAIL(error, LIMEN_FAILED, "gnuplot left %s.%s unfinished; is the disk full?",
                        name, ending);
  limen_free(content);
  limen_free(path);
  return status;
}

static int move_out(const char *aside, const char *folder, const char *name, const char *ending,
                    struct limen_error *error) {
  int status = LIMEN_OK;
  char *from = limen_print(error, "%s/%s.%s", aside, name, ending);
  char *to = limen_print(error, "%s/%s.%s", folder, name, ending);
  if (!from || !to)
    status = LIMEN_FAILED;
  else
    status = limen_folder_rename(from, to, error); /* check_whole saw that it is there */
  limen_free(from);
  limen_free(to);
  return status;
}

/* gnuplot writes its files bit by bit, so it draws in a folder aside and the finished files are
 * renamed into place: a kill leaves old plots or new ones. */
int limen_plot_write(const struct limen_plot *plot, const char *folder, struct limen_error *error) {
  static const char *const endings[] = {"gp", "dat", "svg", "png"};
  struct limen_layout layout = {0};
  struct limen_text script = {0}, data = {0};
  char *hidden = NULL, *aside = NULL, *script_name = NULL;
  int status = LIMEN_OK;
  if (plot->failed)
    return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while the plot %s was made", plot->name);
  if (!limen_plot_name_is_good(plot->name))
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "'%.80s' cannot name a plot: only a-z, 0-9 and _ can, at most 100 of them",
                      plot->name);
  hidden = limen_print(error, "%s/.%s", folder, plot->name);
  if (hidden) aside = limen_path_aside(hidden, error);
  script_name = limen_print(error, "%s.gp", plot->name);
  if (!aside || !script_name) status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_folder_make(aside, error);
  if (status == LIMEN_OK) status = limen_layout_make(&layout, plot, error);
  if (status != LIMEN_OK) goto done;
  limen_plot_script(&script, plot, &layout);
  limen_plot_data(&data, plot);
  if ((status = write_in(aside, plot->name, "gp", &script, error)) != LIMEN_OK) goto done;
  if ((status = write_in(aside, plot->name, "dat", &data, error)) != LIMEN_OK) goto done;
  /* -d: the reader's own gnuplot settings must not show in our plots. */
  const char *const command[] = {"gnuplot", "-d", script_name, NULL};
  if ((status = limen_process_run(command, aside, error)) != LIMEN_OK) {
    limen_error_prefix(error, "cannot draw the plot %s", plot->name);
    goto done;
  }
  for (size_t i = 0; i < 4 && status == LIMEN_OK; i++)
    status = check_whole(aside, plot->name, endings[i], error);
  for (size_t i = 0; i < 4 && status == LIMEN_OK; i++)
    status = move_out(aside, folder, plot->name, endings[i], error);
done:
  if (aside) limen_folder_remove(aside, NULL);
  limen_text_clear(&script);
  limen_text_clear(&data);
  limen_layout_clear(&layout);
  limen_free(hidden);
  limen_free(aside);
  limen_free(script_name);
  return status;
}
