-- A new catalogue: what all migrations come to. Written by make schema.

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE product (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	sku VARCHAR(64) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	url VARCHAR(2000), 
	price_cents INTEGER, 
	currency VARCHAR(3), 
	stock INTEGER NOT NULL, 
	human_category VARCHAR(64), 
	labelled_at DATETIME, 
	model_category VARCHAR(64), 
	model_confidence FLOAT, 
	category VARCHAR(64) GENERATED ALWAYS AS (coalesce(human_category, model_category)) STORED, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, colour VARCHAR(32), colour_confidence FLOAT, folded_sku TEXT DEFAULT '' NOT NULL, folded_title TEXT DEFAULT '' NOT NULL, checksum BIGINT, brand VARCHAR(100), folded_brand TEXT, shop_colour VARCHAR(100), size VARCHAR(32), folded_size TEXT, gender VARCHAR(32), folded_gender TEXT, style VARCHAR(64), folded_style TEXT, sale_price_cents INTEGER, availability VARCHAR(32), related VARCHAR(4000), cross_sells VARCHAR(4000), up_sells VARCHAR(4000), folded_shop_colour TEXT, labelled_by VARCHAR(8), costs_cents INTEGER GENERATED ALWAYS AS (CASE WHEN sale_price_cents < price_cents THEN sale_price_cents ELSE price_cents END) VIRTUAL, 
	CONSTRAINT ck_product_price_not_negative CHECK (price_cents >= 0), 
	CONSTRAINT ck_product_stock_not_negative CHECK (stock >= 0), 
	CONSTRAINT uq_product_sku UNIQUE (sku)
);

CREATE INDEX ix_product_category_id ON product (category, id);

CREATE TABLE photo (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	product_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	source_digest VARCHAR(64) NOT NULL, 
	position INTEGER NOT NULL, checksum BIGINT, perceptual_hash BLOB, 
	CONSTRAINT fk_photo_product_id FOREIGN KEY(product_id) REFERENCES product (id), 
	CONSTRAINT uq_photo_product_id_digest UNIQUE (product_id, digest)
);

CREATE INDEX ix_photo_product_id ON photo (product_id);

CREATE INDEX ix_photo_digest ON photo (digest);

CREATE TABLE reading (
	photo_id INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	label VARCHAR(64) NOT NULL, 
	confidence FLOAT NOT NULL, 
	probabilities BLOB NOT NULL, 
	embedding BLOB NOT NULL, colour VARCHAR(32), colour_confidence FLOAT, checksum BIGINT, 
	CONSTRAINT pk_reading PRIMARY KEY (photo_id, fingerprint), 
	CONSTRAINT fk_reading_photo_id FOREIGN KEY(photo_id) REFERENCES photo (id)
);

CREATE TABLE promotion (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	fingerprint VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	source VARCHAR(1000) NOT NULL, 
	promoted_at DATETIME NOT NULL
, checksum BIGINT);

CREATE TABLE identity (
	uuid VARCHAR(36) NOT NULL, checksum BIGINT, 
	CONSTRAINT pk_identity PRIMARY KEY (uuid)
);

CREATE INDEX ix_product_colour_id ON product (colour, id);

CREATE TABLE "change" (
	number INTEGER NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	photo_id INTEGER, 
	mark BIGINT DEFAULT (random()) NOT NULL, product_id INTEGER, checksum BIGINT, 
	PRIMARY KEY (number)
);

CREATE INDEX ix_product_folded_sku ON product (folded_sku);

CREATE TABLE category_word (
	folded TEXT NOT NULL, 
	word VARCHAR(64) NOT NULL, 
	category VARCHAR(64) NOT NULL, checksum BIGINT, 
	CONSTRAINT pk_category_word PRIMARY KEY (folded)
);

CREATE TABLE earlier_word (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	product_id INTEGER NOT NULL, 
	category VARCHAR(64), 
	labelled_at DATETIME, checksum BIGINT, labelled_by VARCHAR(8), 
	CONSTRAINT fk_earlier_word_product_id FOREIGN KEY(product_id) REFERENCES product (id) ON DELETE CASCADE
);

CREATE INDEX ix_earlier_word_product_id ON earlier_word (product_id);

CREATE INDEX ix_product_folded_brand_id ON product (folded_brand, id);

CREATE INDEX ix_product_folded_size_id ON product (folded_size, id);

CREATE INDEX ix_product_folded_gender_id ON product (folded_gender, id);

CREATE INDEX ix_product_folded_style_id ON product (folded_style, id);

CREATE TABLE account (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(64) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	password_hash VARCHAR(255), 
	created_at DATETIME NOT NULL, 
	signed_in_at DATETIME, 
	checksum BIGINT, 
	CONSTRAINT uq_account_name UNIQUE (name)
);

CREATE TABLE account_session (
	digest VARCHAR(64) NOT NULL, 
	account_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	used_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	agent VARCHAR(200) NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_account_session PRIMARY KEY (digest), 
	CONSTRAINT fk_account_session_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);

CREATE INDEX ix_account_session_account_id ON account_session (account_id);

CREATE INDEX ix_account_session_ends_at ON account_session (ends_at);

CREATE TABLE account_link (
	account_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_account_link PRIMARY KEY (account_id), 
	CONSTRAINT fk_account_link_account_id FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE, 
	CONSTRAINT uq_account_link_digest UNIQUE (digest)
);

CREATE TABLE api_key (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(64) NOT NULL, 
	prefix VARCHAR(16) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	scopes VARCHAR(64) NOT NULL, 
	origins VARCHAR(2000) NOT NULL, 
	per_minute INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	created_by VARCHAR(64) NOT NULL, 
	ends_at DATETIME, 
	revoked_at DATETIME, 
	used_at DATETIME, 
	checksum BIGINT, 
	CONSTRAINT uq_api_key_prefix UNIQUE (prefix)
);

CREATE TABLE attempt (
	subject VARCHAR(80) NOT NULL, 
	failures INTEGER NOT NULL, 
	last_at DATETIME NOT NULL, 
	closed_until DATETIME, 
	checksum BIGINT, 
	CONSTRAINT pk_attempt PRIMARY KEY (subject)
);

CREATE INDEX ix_attempt_last_at ON attempt (last_at);

CREATE TABLE audit_entry (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at DATETIME NOT NULL, 
	actor_kind VARCHAR(16) NOT NULL, 
	actor_id INTEGER, 
	actor VARCHAR(64) NOT NULL, 
	action VARCHAR(64) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	detail VARCHAR(1000) NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	checksum BIGINT
);

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE INDEX ix_audit_entry_action_id ON audit_entry (action, id);

CREATE TABLE column_map (
	id INTEGER NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	theirs VARCHAR(1000) NOT NULL, 
	ours VARCHAR(64) NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_column_map PRIMARY KEY (id)
);

CREATE INDEX ix_column_map_name ON column_map (name);

CREATE TABLE kept_answer (
	digest VARCHAR(64) NOT NULL, 
	part INTEGER NOT NULL, 
	body VARCHAR(64) NOT NULL, 
	answer TEXT NOT NULL, 
	kept_at DATETIME NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_kept_answer PRIMARY KEY (digest, part)
);

CREATE INDEX ix_kept_answer_kept_at ON kept_answer (kept_at);

CREATE TABLE staff_change (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at DATETIME NOT NULL, 
	actor_kind VARCHAR(16) NOT NULL, 
	actor_id INTEGER, 
	actor VARCHAR(64) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	undoes INTEGER, 
	products INTEGER NOT NULL, 
	undone INTEGER NOT NULL, 
	checksum BIGINT
);

CREATE INDEX ix_staff_change_at ON staff_change (at);

CREATE INDEX ix_staff_change_undoes ON staff_change (undoes);

CREATE TABLE staff_change_part (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	change_id INTEGER NOT NULL, 
	sku VARCHAR(64) NOT NULL, 
	products INTEGER NOT NULL, 
	told TEXT NOT NULL, 
	undone_by INTEGER, 
	checksum BIGINT, 
	CONSTRAINT fk_staff_change_part_change_id FOREIGN KEY(change_id) REFERENCES staff_change (id) ON DELETE CASCADE
);

CREATE INDEX ix_staff_change_part_change_id_id ON staff_change_part (change_id, id);

CREATE TABLE kept_picture (
	change_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_kept_picture PRIMARY KEY (change_id, digest), 
	CONSTRAINT fk_kept_picture_change_id FOREIGN KEY(change_id) REFERENCES staff_change (id) ON DELETE CASCADE
);

CREATE INDEX ix_kept_picture_digest ON kept_picture (digest);

CREATE TABLE job (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(32) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	wish VARCHAR(16), 
	actor_kind VARCHAR(16) NOT NULL, 
	actor_id INTEGER, 
	actor VARCHAR(64) NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	parameters TEXT NOT NULL, 
	folder VARCHAR(64), 
	place TEXT NOT NULL, 
	counts TEXT NOT NULL, 
	done INTEGER NOT NULL, 
	total INTEGER, 
	rate FLOAT, 
	errors INTEGER NOT NULL, 
	message VARCHAR(1000) NOT NULL, 
	result VARCHAR(200), 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	ended_at DATETIME, 
	not_before DATETIME, 
	beaten_at DATETIME, 
	worker VARCHAR(64), 
	attempts INTEGER NOT NULL, 
	checksum BIGINT
);

CREATE INDEX ix_job_state_id ON job (state, id);

CREATE INDEX ix_job_ended_at ON job (ended_at);

CREATE TABLE job_line (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_id INTEGER NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	line INTEGER NOT NULL, 
	sku VARCHAR(64) NOT NULL, 
	message TEXT NOT NULL, 
	cells TEXT NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT fk_job_line_job_id FOREIGN KEY(job_id) REFERENCES job (id) ON DELETE CASCADE
);

CREATE INDEX ix_job_line_job_id_kind_line ON job_line (job_id, kind, line);

CREATE INDEX ix_product_folded_title ON product (folded_title);

CREATE INDEX ix_product_stock ON product (stock);

CREATE INDEX ix_product_model_confidence ON product (model_confidence);

CREATE INDEX ix_product_updated_at ON product (updated_at);

CREATE TABLE review_item (
	product_id INTEGER NOT NULL, 
	photo_id INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	word VARCHAR(64) NOT NULL, 
	confidence FLOAT NOT NULL, 
	state INTEGER NOT NULL, 
	turn INTEGER NOT NULL, 
	worth FLOAT, 
	reasons VARCHAR(64) NOT NULL, 
	holder VARCHAR(80), 
	held_until DATETIME, 
	checksum BIGINT, 
	CONSTRAINT pk_review_item PRIMARY KEY (product_id), 
	CONSTRAINT fk_review_item_product_id FOREIGN KEY(product_id) REFERENCES product (id) ON DELETE CASCADE
);

CREATE INDEX ix_review_item_state_worth ON review_item (state, worth);

CREATE INDEX ix_review_item_worth ON review_item (worth);

CREATE INDEX ix_review_item_holder ON review_item (holder);

CREATE TABLE review_state (
	id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	mark BIGINT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	below INTEGER NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_review_state PRIMARY KEY (id)
);

CREATE TABLE review_decision (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	who VARCHAR(80) NOT NULL, 
	at DATETIME NOT NULL, 
	product_id INTEGER NOT NULL, 
	sku VARCHAR(64) NOT NULL, 
	category VARCHAR(64), 
	guess VARCHAR(64), 
	worth FLOAT NOT NULL, 
	change_id INTEGER, 
	undone_at DATETIME, 
	checksum BIGINT
, also TEXT DEFAULT '' NOT NULL);

CREATE INDEX ix_review_decision_who_id ON review_decision (who, id);

CREATE INDEX ix_review_decision_at ON review_decision (at);

CREATE TABLE duplicate_pair (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	first_sku VARCHAR(64) NOT NULL, 
	second_sku VARCHAR(64) NOT NULL, 
	first_id INTEGER NOT NULL, 
	second_id INTEGER NOT NULL, 
	first_photo VARCHAR(64) NOT NULL, 
	second_photo VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	score FLOAT NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	found_at DATETIME NOT NULL, 
	decided_at DATETIME, 
	decided_by VARCHAR(64), 
	stayed VARCHAR(64), 
	seen_first TEXT NOT NULL, 
	seen_second TEXT NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT uq_duplicate_pair_first_sku_second_sku UNIQUE (first_sku, second_sku)
);

CREATE INDEX ix_duplicate_pair_state_rank ON duplicate_pair (state, kind, score, id);

CREATE INDEX ix_duplicate_pair_first_id ON duplicate_pair (first_id);

CREATE INDEX ix_duplicate_pair_second_id ON duplicate_pair (second_id);

CREATE TABLE moved_sku (
	sku VARCHAR(64) NOT NULL, 
	stayed VARCHAR(64) NOT NULL, 
	moved_at DATETIME NOT NULL, 
	moved_by VARCHAR(64) NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_moved_sku PRIMARY KEY (sku)
);

CREATE TABLE compared_photos (
	id INTEGER NOT NULL, 
	newest INTEGER NOT NULL, 
	older_from INTEGER NOT NULL, 
	older_to INTEGER NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_compared_photos PRIMARY KEY (id)
);

CREATE TABLE fetched_file (
	address VARCHAR(64) NOT NULL, 
	source_digest VARCHAR(64) NOT NULL, 
	etag VARCHAR(500), 
	modified VARCHAR(500), 
	asked_at DATETIME NOT NULL, 
	checksum BIGINT, 
	CONSTRAINT pk_fetched_file PRIMARY KEY (address)
);

CREATE INDEX ix_fetched_file_asked_at ON fetched_file (asked_at);

CREATE TABLE feed (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(64) NOT NULL, 
	address VARCHAR(2000) NOT NULL, 
	every_minutes INTEGER NOT NULL, 
	withdraws INTEGER NOT NULL, 
	options TEXT NOT NULL, 
	next_at DATETIME NOT NULL, 
	job INTEGER, 
	rows INTEGER, 
	read_at DATETIME, 
	source_digest VARCHAR(64), 
	etag VARCHAR(500), 
	modified VARCHAR(500), 
	checksum BIGINT, withdrawal INTEGER, 
	CONSTRAINT uq_feed_name UNIQUE (name)
);

CREATE TABLE feed_item (
	feed INTEGER NOT NULL, 
	sku VARCHAR(64) NOT NULL, 
	missing INTEGER NOT NULL, 
	checksum BIGINT, product INTEGER, 
	CONSTRAINT pk_feed_item PRIMARY KEY (feed, sku), 
	CONSTRAINT fk_feed_item_feed FOREIGN KEY(feed) REFERENCES feed (id)
);

CREATE INDEX ix_feed_item_feed_missing ON feed_item (feed, missing);

CREATE INDEX ix_feed_item_product ON feed_item (product);

CREATE INDEX ix_duplicate_pair_second_sku ON duplicate_pair (second_sku);

CREATE INDEX ix_product_costs_cents ON product (costs_cents);

INSERT INTO "alembic_version" ("version_num") VALUES ('0031');

INSERT INTO "compared_photos" ("id", "newest", "older_from", "older_to") VALUES (1, 0, 0, 0);

