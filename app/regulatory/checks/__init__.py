"""One small rule per regulatory topic, grouped by stage; `app.regulatory.rules` holds the order."""
