/* A scan that one thread feeds and another cancels: the call that waits returns, and so does every later one. And results that
   nobody takes: pushes are refused until somebody does. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { RECORDS = 300 };

struct job {
  proxycalc_scan *scan;
  const char *piece;
  atomic_int pushed;
};

/* Pushes until the scan is cancelled: the queue is full nearly all the time, so that it is a push that waits. */
static void *push_on(void *argument) {
  struct job *job = argument;
  int32_t status = PROXYCALC_OK;
  while (status == PROXYCALC_OK) {
    char *response = NULL;
    status = proxycalc_scan_push(job->scan, TEXT(job->piece), &response, NULL);
    CHECK(status == PROXYCALC_OK || (status == PROXYCALC_CANCELLED && strstr(response, "\"code\":\"Cancelled\"")));
    proxycalc_string_free(response);
    job->pushed++;
  }
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_scan_finish, job->scan);
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_scan_next, job->scan);
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_source_begin, job->scan, TEXT("{\"name\":\"f\"}"));
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_scan_query, job->scan, TEXT("{\"version\":1,\"lookUp\":[]}"));
  return NULL;
}

static void *cancel_often(void *argument) {
  for (int at = 0; at < 100; at++) {
    CHECK(proxycalc_scan_cancel(argument) == PROXYCALC_OK);
  }
  return NULL;
}

static void cancelled_from_other_threads(const char *piece) {
  struct job job = {begin("{\"version\":1}"), piece, 0};
  pthread_t feeder;
  pthread_t cancellers[2];
  CHECK(pthread_create(&feeder, NULL, push_on, &job) == 0);
  while (job.pushed < 3) {
  }
  for (int at = 0; at < 2; at++) {
    CHECK(pthread_create(&cancellers[at], NULL, cancel_often, job.scan) == 0);
  }
  for (int at = 0; at < 2; at++) {
    CHECK(pthread_join(cancellers[at], NULL) == 0);
  }
  CHECK(pthread_join(feeder, NULL) == 0);
  proxycalc_scan_free(job.scan);
}

/* In the middle of a file, and when all is done. */
static void cancelled_in_other_states(const char *piece) {
  proxycalc_scan *scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_begin, scan, TEXT("{\"name\":\"f\",\"format\":\"jsonl\"}"));
  EXPECT(PROXYCALC_OK, NULL, proxycalc_source_push, scan, TEXT(piece));
  CHECK(proxycalc_scan_cancel(scan) == PROXYCALC_OK);
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_source_push, scan, TEXT(piece));
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_source_end, scan);
  proxycalc_scan_free(scan);

  scan = begin("{\"version\":1}");
  EXPECT(PROXYCALC_OK, "recipientsRead", proxycalc_scan_finish, scan);
  CHECK(proxycalc_scan_cancel(scan) == PROXYCALC_OK);
  EXPECT(PROXYCALC_CANCELLED, "cancelled", proxycalc_scan_next, scan);
  proxycalc_scan_free(scan);
}

static void results_that_wait(const char *piece) {
  proxycalc_scan *scan = begin("{\"version\":1,\"want\":\"calculations\",\"tenant\":{\"initialDomain\":\"contoso.onmicrosoft.com\"}}");
  /* None yet is an empty page; the end is NULL. */
  EXPECT(PROXYCALC_OK, "{\"calculations\":[]}", proxycalc_scan_next, scan);
  size_t pushed = 0;
  int32_t status = PROXYCALC_OK;
  char *response = NULL;
  while (status == PROXYCALC_OK) {
    status = proxycalc_scan_push(scan, TEXT(piece), &response, NULL);
    pushed += status == PROXYCALC_OK;
    CHECK(pushed < 100000);
  }
  CHECK(status == PROXYCALC_RESULTS_WAITING && strstr(response, "\"code\":\"ResultsWaiting\""));
  proxycalc_string_free(response);

  /* Somebody takes some: there is room again. What was refused was not taken. */
  size_t given = 0;
  for (int taken = 0; taken < 10;) {
    char *page = NULL;
    CHECK(proxycalc_scan_next(scan, &page, NULL) == PROXYCALC_OK && page);
    for (const char *at = page; (at = strstr(at, "\"id\":\"")); at++) {
      given++;
      taken = 10;
    }
    proxycalc_string_free(page);
  }
  while (proxycalc_scan_push(scan, TEXT(piece), &response, NULL) == PROXYCALC_RESULTS_WAITING) {
    proxycalc_string_free(response);
    char *page = NULL;
    CHECK(proxycalc_scan_next(scan, &page, NULL) == PROXYCALC_OK && page);
    for (const char *at = page; (at = strstr(at, "\"id\":\"")); at++) {
      given++;
    }
    proxycalc_string_free(page);
  }
  pushed++;
  EXPECT(PROXYCALC_OK, "\"errors\":0", proxycalc_scan_finish, scan);
  for (;;) {
    char *page = NULL;
    CHECK(proxycalc_scan_next(scan, &page, NULL) == PROXYCALC_OK);
    if (!page) {
      break;
    }
    for (const char *at = page; (at = strstr(at, "\"id\":\"")); at++) {
      given++;
    }
    proxycalc_string_free(page);
  }
  CHECK(given == pushed * RECORDS);
  proxycalc_scan_free(scan);
}

int main(void) {
  static const char line[] = "{\"userPrincipalName\":\"a@contoso.com\",\"EmailAddresses\":[\"SMTP:a@contoso.com\"]}\n";
  size_t size = strlen(line);
  char *piece = malloc(RECORDS * size + 1);
  CHECK(piece != NULL);
  for (size_t at = 0; at < RECORDS; at++) {
    memcpy(piece + at * size, line, size);
  }
  piece[RECORDS * size] = 0;
  cancelled_from_other_threads(piece);
  cancelled_in_other_states(piece);
  results_that_wait(piece);
  free(piece);
  return 0;
}
