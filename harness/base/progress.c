#include "base/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_WIDTH = 28, COLUMNS_DEFAULT = 79 /* when the terminal does not tell */ };
static const double TERMINAL_EVERY_S = 0.1, PLAIN_EVERY_S = 10;

void limen_progress_init(struct limen_progress *progress, bool quiet) {
  *progress = (struct limen_progress){
      .quiet = quiet, .terminal = isatty(STDERR_FILENO) == 1, .start_s = limen_clock_s()};
  progress->last_s = progress->start_s;
  progress->cost_before = -1;
}

static void clear_line(const struct limen_progress *progress) {
  if (progress->terminal) fputs("\r\033[K", stderr);
}

/* ---- one look ---- */

/* "12 of 34 cells, about 5 s left". Nobody knows how far a search still grows, and the growth so
 * far is a poor guide (each finished cell asks for the next until, suddenly, none is left): what is
 * known is a lower bound, and is told as one. */
static void count_words(const struct limen_progress_look *look, char *out, size_t size) {
  char words[32];
  int used = snprintf(out, size, "%zu of %s%zu cells", look->done, look->grows ? "at least " : "",
                      look->total);
  if (look->left_s >= 0 && used > 0 && (size_t)used < size)
    snprintf(out + used, size - (size_t)used, ", %s %s left", look->grows ? "at least" : "about",
             limen_clock_words(look->left_s, words));
}

const char *limen_progress_plain(const struct limen_progress_look *look, char *out, size_t size) {
  char count[LIMEN_PROGRESS_SIZE / 2];
  count_words(look, count, sizeof count);
  snprintf(out, size, "%s (now: %s)", count, look->current);
  return out;
}

const char *limen_progress_bar(const struct limen_progress_look *look, size_t columns, char *out,
                               size_t size) {
  char count[LIMEN_PROGRESS_SIZE / 2], bar[BAR_WIDTH + 1];
  count_words(look, count, sizeof count);
  for (int i = 0; i < BAR_WIDTH; i++) bar[i] = i + 1 <= look->share * BAR_WIDTH ? '#' : '.';
  bar[BAR_WIDTH] = '\0';
  /* A line that wraps could not be cleared again. */
  snprintf(out, columns < size ? columns + 1 : size, "[%s] %s  %s", bar, count, look->current);
  return out;
}

static size_t terminal_columns(void) {
  struct winsize window;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col < 2) return COLUMNS_DEFAULT;
  return window.ws_col - 1u; /* the last column is left free: some terminals wrap after it */
}

void limen_progress_show(struct limen_progress *progress, size_t done, size_t total,
                         double cost_done, double cost_total, const char *current) {
  if (progress->quiet) return;
  if (progress->cost_before < 0) {
    progress->cost_before = cost_done;
    progress->total_before = total;
  }
  double now = limen_clock_s(), here = cost_done - progress->cost_before;
  if (now - progress->last_s < (progress->terminal ? TERMINAL_EVERY_S : PLAIN_EVERY_S)) return;
  struct limen_progress_look look = {.done = done,
                                     .total = total,
                                     .grows = total > progress->total_before,
                                     .left_s = -1,
                                     .share = cost_total > 0 ? cost_done / cost_total : 0,
                                     .current = current};
  char line[LIMEN_PROGRESS_SIZE];
  if (here > 0 && cost_total > cost_done)
    look.left_s = (now - progress->start_s) * (cost_total - cost_done) / here;
  progress->last_s = now;
  clear_line(progress);
  if (progress->terminal)
    fputs(limen_progress_bar(&look, terminal_columns(), line, sizeof line), stderr);
  else
    fprintf(stderr, "%s\n", limen_progress_plain(&look, line, sizeof line));
  fflush(stderr);
}

void limen_progress_end(struct limen_progress *progress, const char *words) {
  if (progress->quiet) return;
  clear_line(progress);
  if (words && *words) fprintf(stderr, "%s\n", words);
}

void limen_progress_say(struct limen_progress *progress, const char *format, ...) {
  if (progress->quiet) return;
  clear_line(progress);
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}
