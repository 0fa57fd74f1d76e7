package receive

import (
	"context"

	"shoal/server/activity"
	"shoal/server/fail"
)

// crawl reads a collection page by page: at most so many pages, each once, all of the same server and none of ours. each tells
// whether to go on.
func (r *Receiver) crawl(ctx context.Context, root activity.ID, pages int, each func(activity.Thing) (bool, error)) (total int, err error) {
	c, err := r.collection(ctx, root)
	if err != nil {
		return 0, err
	}
	total = or(c.TotalItems, 0)
	next, page := c.First, &c
	if next != nil {
		if page, err = r.page(ctx, root, next); err != nil {
			return total, err
		}
	}
	seen := map[activity.ID]bool{root: true}
	if next != nil {
		seen[next.ID] = true
	}
	for n := 1; ; n++ {
		for _, t := range page.All() {
			if more, err := each(t); err != nil || !more {
				return total, err
			}
		}
		if page.Next == nil || page.Next.ID == "" || seen[page.Next.ID] || n >= pages {
			return total, nil
		}
		seen[page.Next.ID] = true
		if page, err = r.page(ctx, root, page.Next); err != nil {
			return total, err
		}
	}
}

// page is one page, as it came with the collection or from its own address.
func (r *Receiver) page(ctx context.Context, root activity.ID, t *activity.Thing) (*activity.Collection, error) {
	if t.Embedded() {
		var c activity.Collection
		if err := t.Into(&c); err == nil && len(c.All()) > 0 {
			return &c, nil
		}
	}
	if !activity.SameOrigin(root, t.ID) {
		return nil, fail.New(fail.Unprocessable, "The list of the other server goes on elsewhere.")
	}
	c, err := r.collection(ctx, t.ID)
	return &c, err
}

func (r *Receiver) collection(ctx context.Context, id activity.ID) (c activity.Collection, err error) {
	t, err := r.Remote.Object(ctx, id)
	if err != nil {
		return c, err
	}
	if err := t.Into(&c); err != nil {
		return c, fail.Wrap(fail.Unprocessable, err, "The list of the other server cannot be read.")
	}
	return c, nil
}

// count is how many a collection has; nil when that is not told.
func (r *Receiver) count(ctx context.Context, url string) *int {
	if url == "" {
		return nil
	}
	c, err := r.collection(ctx, activity.ID(url))
	if err != nil || c.TotalItems == nil || *c.TotalItems < 0 || *c.TotalItems > 1<<30 {
		return nil
	}
	return c.TotalItems
}
