"""Where units should stand by, with proof."""
