/* liboath in the race: `liboath-peer SECTION WORKLOAD`. One line of standard input is one question, one line of output its answer. */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { look_ahead = 100, step_seconds = 30, code_digits = 6, secret_characters_max = 128 };

struct call {
  int secret;
  long long seconds;
  char code[16];
};

static char (*texts)[secret_characters_max + 1];
static char **keys;
static size_t *key_lengths;
static struct call *calls;
static int secret_count, call_count;
static int is_look_ahead, is_generate, is_prepared, flags;
static char generated[16];

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void decode(int secret, char **key, size_t *length) {
  if (oath_base32_decode(texts[secret], strlen(texts[secret]), key, length) != OATH_OK) fail("base32");
}

/* 1 for a code that is right, 0 for a wrong one; what was generated stands in `generated`. */
static int answer(int secret, const char *code, long long seconds) {
  char *key = is_prepared ? keys[secret] : NULL;
  size_t length = is_prepared ? key_lengths[secret] : 0;
  int result;
  if (!is_prepared) decode(secret, &key, &length);
  if (is_look_ahead)
    result = oath_hotp_validate(key, length, (uint64_t)seconds, look_ahead, code);
  else if (is_generate)
    result = oath_totp_generate(key, length, (time_t)seconds, step_seconds, 0, code_digits, generated);
  else
    result = oath_totp_validate4(key, length, (time_t)seconds, step_seconds, 0, 1, NULL, NULL, flags, code);
  if (!is_prepared) free(key);
  return result >= 0;
}

static void load(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%d %d", &secret_count, &call_count) != 2) fail("workload");
  texts = calloc((size_t)secret_count, sizeof *texts);
  keys = calloc((size_t)secret_count, sizeof *keys);
  key_lengths = calloc((size_t)secret_count, sizeof *key_lengths);
  calls = calloc((size_t)call_count, sizeof *calls);
  for (int at = 0; at < secret_count; at++) {
    if (fscanf(file, "%128s", texts[at]) != 1) fail("secret");
    decode(at, &keys[at], &key_lengths[at]);
  }
  for (int at = 0; at < call_count; at++)
    if (fscanf(file, "%d %15s %lld", &calls[at].secret, calls[at].code, &calls[at].seconds) != 3) fail("call");
  fclose(file);
}

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int count, char **words) {
  char line[128], code[16];
  long long first, size, seconds;
  int secret, kept = 0;
  if (count != 3 || oath_init() != OATH_OK) fail("liboath-peer SECTION WORKLOAD");
  is_look_ahead = strcmp(words[1], "look-ahead") == 0;
  is_generate = strncmp(words[1], "generate", 8) == 0;
  is_prepared = is_look_ahead || strstr(words[1], "prebuilt") != NULL;
  flags = strstr(words[1], "sha256") ? OATH_TOTP_HMAC_SHA256 : strstr(words[1], "sha512") ? OATH_TOTP_HMAC_SHA512 : 0;
  load(words[2]);
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "check %d %15s %lld", &secret, code, &seconds) == 3) {
      int right = answer(secret, code, seconds);
      if (is_generate) printf("%s\n", generated);
      else printf("%d\n", right);
    } else if (sscanf(line, "slice %lld %lld", &first, &size) == 2) {
      long long started = nanoseconds();
      for (long long at = first; at < first + size; at++) {
        struct call *each = &calls[at & (call_count - 1)];
        kept += answer(each->secret, each->code, each->seconds);
      }
      printf("%lld\n", nanoseconds() - started);
    }
    fflush(stdout);
  }
  return kept < 0;
}
