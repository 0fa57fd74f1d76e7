package video

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
)

const themeOf = `
	SELECT coalesce(p.theme, 'channel-default'), c.player_theme FROM video v JOIN channel c ON c.id = v.channel_id
	LEFT JOIN video_player p ON p.video_id = v.id WHERE v.id = @id`

// PlayerTheme is how the player of a video looks; raw is what the video itself says. standard is the platform's.
func PlayerTheme(ctx context.Context, q db.Q, id int64, raw bool, standard string) (string, error) {
	var own, of string
	if err := q.QueryRow(ctx, themeOf, pgx.NamedArgs{"id": id}).Scan(&own, &of); err != nil {
		return "", found(err)
	}
	if !raw && own == channel.ByChannel {
		own = of
	}
	if !raw && own == channel.ByPlatform {
		own = standard
	}
	return own, nil
}

const setTheme = `
	INSERT INTO video_player (video_id, theme) VALUES (@id, @theme) ON CONFLICT (video_id) DO UPDATE SET theme = excluded.theme`

// SetPlayerTheme changes it.
func SetPlayerTheme(ctx context.Context, q db.Q, id int64, theme string) error {
	if theme != channel.ByChannel && !slices.Contains(channel.PlayerThemes, theme) {
		return fail.Field("theme", "Should be channel-default, instance-default, galaxy or lucide.")
	}
	_, err := q.Exec(ctx, setTheme, pgx.NamedArgs{"id": id, "theme": theme})
	return err
}
