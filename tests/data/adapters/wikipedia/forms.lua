-- Sizes: 32 capital, 4 village
local mk = { red = "Location dot red.svg", ['isl'] = 'Location dot black.svg', }
mk.con = "80x80-red-black" .. "-anim.gif"
local function size(n) return n * 2 end
return {
	secondaryModules = { [[Module:Iraqi insurgency detailed map]], --[[Module:Other]]
	},
	marks = {
		{ lat = "36.1", long = "37.1", mark = mk.red, marksize = "14", label = "[[Alpha (town)|Alpha]]" },
		{lat= 36.2, long= 37.2, mark= "Dot_yellow_ff4.svg", marksize=6, label="Beta&nbsp;<small>(B)</small>"},
		{ ["lat"] = '36.3', ["long"] = '37.3', ["mark"] = mk["isl"], label = [=[Gamma]=] };
		{ lat = "36.4", long = "37.4", mark = mk.con, marksize = "10", label = "[[Delta]]", link = "Delta" },
		{ lat = "36.5", long = "37.5", mark = "Map-ctl2-red+yellow.svg", label = "[[Epsilon]]" }, -- truce
		{ lat = "36.6", long = "37.6", mark = mk.red, marksize = "8", label = "[[Zeta]]" },
		{ lat = "36.6", long = "37.6", mark = "Map-arcNE-black.svg", marksize = "16" },
		{ lat = "36.6", long = "37.6", mark = "map-arcEE-black.svg", marksize = "16" },
		{ lat = "36.7", long = "37.7", mark = "Fighter-jet-red-icon.svg", marksize = "11", label = "Eta air base" },
		{ lat = "36.8", long = "37.8", mark = "Mountain pass 12x12 ne.svg", marksize = "20" },
		{ lat = "36.8", long = "37.8", mark = mk.red, marksize = "6", link = "Theta crossing" },
		{ lat = "36.9", long = "37.9", mark = "Arch dam 12x12 w.svg", label = "Iota dam" },
		{ lat = "37.0", long = "38.0", mark = "4x4dot-red.svg", marksize = "4" },
		{ lat = "37.1", long = "38.1", mark = mk.red, marksize = "8", label = "Kappa" },
		{ lat = "37.1", long = "38.1", mark = mk.isl, marksize = "14" },
		-- { lat = "37.2", long = "38.2", mark = mk.red, label = "[[Commented out]]" },
		--[==[ { lat = "37.2", long = "38.2", mark = mk.red, label = "]] not yet" }, ]==]
		{ lat = "37.3", long = "38.3", mark = "Gota07.svg", label = "[[#Lambda|Lambda]] gas field" },
		{ lat = "", long = "38.3", mark = mk.red, label = "No latitude" },
		{ lat = "XX.XXXXX", long = "38.3", mark = mk.red, label = "Template" },
		{ lat = "0", long = 0, mark = mk.red, label = "Nowhere" },
		{ lat = "136.3", long = "38.3", mark = mk.red, label = "Off the Earth" },
		{ lat = size(18), long = "38.3", mark = mk.red, label = "Computed" },
		{ lat = "36.0", long = "38.0", mark = "Unheard of.svg", label = "Icon" },
		{ lat = "36.0", long = "38.1", mark = m.gov, label = "Shortcut" },
		{ lat = "36.0", long = "38.2", label = "No icon" },
		{ lat = "36.0", long = "38.3", mark = "Location dot orange.svg", label = "Unbound" },
		{ lat = "36.0", long = "38.4", mark = "Map-circle-black.svg" },
		{ lat = "36.0", long = "38.5", mark = "Syria location map road overlay.svg", marksize = "2600" },
		{ lat = "36.0", long = "38.6", mark = mk.red, marksize = "6", label = "Twice" },
		{ lat = "36.0", long = "38.6", mark = mk.isl, marksize = "6", label = "Twice" },
	},
	containerArgs = {
		'Syria', float = 'left', width = 4500,
		caption = [=['''Hold cursor''' [[File:Pointing hand.svg|25px]]<br/>
Control: [[File:Location dot red.svg|11px]] [[Ba'athist Syria|Government]] ; [[File:Dot yellow ff4.svg|11px]] [[Rojava]] (SDF);
[[File:Location_dot_black.svg|11px]] ISIL ; [[File:Location dot orange.svg|11px]] Turkish Army]=],
	},
}
