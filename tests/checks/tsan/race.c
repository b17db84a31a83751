/* Must be caught: two threads write one number without a lock. */
#include <pthread.h>
#include <stdio.h>

static long shared;

static void *
add(void *arg)
{
	(void)arg;
	for (int i = 0; i < 100000; i++)
		shared++;
	return NULL;
}

int
main(void)
{
	pthread_t other;

	if (pthread_create(&other, NULL, add, NULL) != 0)
		return 0; /* no thread, no race: counts as not caught */
	add(NULL);
	pthread_join(other, NULL);
	printf("%ld\n", shared);
	return 0;
}
